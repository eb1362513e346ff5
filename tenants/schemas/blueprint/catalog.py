"""Reading one schema from PostgreSQL's catalogs, by index only: three thousand schools fill them.

Everything begins at pg_depend, which says what depends on a namespace; nothing here scans pg_class. Text that
PostgreSQL writes with the schema's name is freed from it, which is safe because the names of templates are random.
"""

from collections import defaultdict
from typing import Any

from django.db import connection

from tenants.schemas.blueprint.objects import Object, Oid, Unreadable


class Catalog:
    """What stands in one schema: `objects` by oid. Raises Unreadable for what it does not know."""

    def __init__(self, schema: str) -> None:
        self.schema = schema
        self.objects: dict[Oid, Object] = {}
        self.owner_of: dict[Oid, Oid] = {}  # parts (column defaults, constraints, rules) to their object
        self.comments: dict[tuple[str, Oid, int], str] = {}
        self._read()

    # --- reading -----------------------------------------------------------------------------------------
    def _rows(self, sql: str, *params: Any) -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(sql, params)
            return [tuple(self._plain(value) for value in row) for row in cursor.fetchall()]

    def _plain(self, value: Any) -> Any:
        return value.replace(f"{self.schema}.", "") if isinstance(value, str) else value

    def _read(self) -> None:
        members = self._members()
        types = members.pop("pg_type", [])
        composite = dict(self._rows("SELECT oid, typrelid FROM pg_type WHERE oid = ANY(%s) AND typtype = 'c'", types))
        self._relations([*members.pop("pg_class", []), *composite.values()])
        self._functions(members.pop("pg_proc", []))
        self._types([oid for oid in types if oid not in composite])
        self._statistics(members.pop("pg_statistic_ext", []))
        if members:
            raise Unreadable(f"objects of {sorted(members)}")
        self._needs()
        self._comments()

    def _members(self) -> dict[str, list[Oid]]:
        found: dict[str, list[Oid]] = defaultdict(list)
        for catalog, oid in self._rows(
            "SELECT classid::regclass::text, objid FROM pg_depend WHERE refclassid = 'pg_namespace'::regclass"
            " AND refobjid = %s::regnamespace AND deptype = 'n' ORDER BY objid",
            self.schema,
        ):
            found[catalog].append(oid)
        return dict(found)

    def _relations(self, oids: list[Oid]) -> None:
        kinds = {"r": "table", "v": "view", "m": "materialized view", "S": "sequence", "c": "type"}
        for oid, name, kind, persistence, options, partition, inherits, security, forced, identity in self._rows(
            "SELECT c.oid, quote_ident(relname), relkind::text, relpersistence::text,"
            " array_to_string(reloptions, ', '), relispartition,"
            " EXISTS (SELECT FROM pg_inherits WHERE inhrelid = c.oid), relrowsecurity, relforcerowsecurity,"
            " relreplident::text FROM pg_class c WHERE c.oid = ANY(%s) ORDER BY relname",
            oids,
        ):
            if kind not in kinds or partition or inherits:
                raise Unreadable(f"relation {name} of kind {kind}")
            thing = Object(oid, kinds[kind], name, called=f"{kinds[kind].upper()} {name}")
            if kind == "r":
                thing.create = f"CREATE {'UNLOGGED ' if persistence == 'u' else ''}TABLE {name}"
                thing.suffix = f" WITH ({options})" if options else ""
                if security:
                    thing.late.append(f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY")
                if forced:
                    thing.late.append(f"ALTER TABLE {name} FORCE ROW LEVEL SECURITY")
                if identity in "nf":
                    thing.late.append(f"ALTER TABLE {name} REPLICA IDENTITY {'FULL' if identity == 'f' else 'NOTHING'}")
            self.objects[oid] = thing
        self._sequences()
        self._columns()
        self._constraints()
        self._indexes()
        self._triggers()
        self._policies()
        self._views()
        self._rights()

    def of(self, *kinds: str) -> list[Oid]:
        return [oid for oid, thing in self.objects.items() if thing.kind in kinds]

    def _sequences(self) -> None:
        """Identity columns make their own; those of `serial` are made before their table and given to it after."""
        self.identity: dict[tuple[Oid, int], str] = {}
        self.identity_names: set[str] = set()
        for oid, kind, start, step, low, high, cache, cycle, deptype, table, number, owner in self._rows(
            "SELECT s.seqrelid, format_type(seqtypid, NULL), seqstart, seqincrement, seqmin, seqmax, seqcache,"
            " seqcycle, d.deptype::text, d.refobjid, d.refobjsubid,"
            " quote_ident(c.relname) || '.' || quote_ident(a.attname)"
            " FROM pg_sequence s LEFT JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = s.seqrelid"
            " AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')"
            " LEFT JOIN pg_class c ON c.oid = d.refobjid"
            " LEFT JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid"
            " WHERE s.seqrelid = ANY(%s)",
            self.of("sequence"),
        ):
            thing = self.objects[oid]
            options = (
                f"START WITH {start} INCREMENT BY {step} MINVALUE {low} MAXVALUE {high} CACHE {cache}"
                f"{' CYCLE' if cycle else ' NO CYCLE'}"
            )
            if deptype == "i":
                self.identity[table, number] = f"SEQUENCE NAME {thing.name} {options}"
                self.identity_names.add(thing.name)
                self.owner_of[oid] = table
                del self.objects[oid]
                continue
            thing.create = f"CREATE SEQUENCE {thing.name} AS {kind} {options}"
            if deptype == "a":
                thing.late.append(f"ALTER SEQUENCE {thing.name} OWNED BY {owner}")
                thing.goes_with = True

    def _columns(self) -> None:
        for table, number, name, kind, required, identity, generated, default, collation, storage, target in self._rows(
            "SELECT a.attrelid, a.attnum, quote_ident(attname), format_type(atttypid, atttypmod), attnotnull,"
            " attidentity::text, attgenerated::text, pg_get_expr(d.adbin, d.adrelid),"
            " CASE WHEN a.attcollation <> t.typcollation THEN a.attcollation::regcollation::text END,"
            " CASE WHEN a.attstorage <> t.typstorage THEN a.attstorage::text END, a.attstattarget"
            " FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid"
            " LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum"
            " WHERE a.attrelid = ANY(%s) AND attnum > 0 AND NOT attisdropped ORDER BY a.attrelid, attnum",
            self.of("table", "type"),
        ):
            thing = self.objects[table]
            words = [name, kind]
            if collation:
                words.append(f"COLLATE {collation}")
            if identity:
                words.append(f"GENERATED {'ALWAYS' if identity == 'a' else 'BY DEFAULT'} AS IDENTITY")
                words.append(f"({self.identity[table, number]})")
            elif generated:
                words.append(f"GENERATED ALWAYS AS ({default}) {'STORED' if generated == 's' else 'VIRTUAL'}")
            elif default is not None:
                words.append(f"DEFAULT {default}")
            if required and thing.kind == "table":
                words.append(f"\0{number}\0NOT NULL")  # its name comes with the constraints
            thing.columns.append(" ".join(words))
            if storage:
                word = {"p": "PLAIN", "e": "EXTERNAL", "m": "MAIN", "x": "EXTENDED"}[storage]
                thing.late.append(f"ALTER TABLE {thing.name} ALTER COLUMN {name} SET STORAGE {word}")
            if target is not None and target >= 0:
                thing.late.append(f"ALTER TABLE {thing.name} ALTER COLUMN {name} SET STATISTICS {target}")

    def _constraints(self) -> None:
        self.behind_constraints: set[Oid] = set()
        not_null: dict[tuple[Oid, int], str] = {}
        for oid, table, name, kind, text, index, target, valid, columns in self._rows(
            "SELECT oid, conrelid, quote_ident(conname), contype::text, pg_get_constraintdef(oid), conindid, confrelid,"
            " convalidated, conkey FROM pg_constraint WHERE conrelid = ANY(%s) ORDER BY conrelid, conname",
            self.of("table"),
        ):
            thing = self.objects[table]
            self.owner_of[oid] = table
            if kind == "n":
                not_null[table, columns[0]] = f"CONSTRAINT {name} "
                if "NO INHERIT" in text or not valid:
                    raise Unreadable(f"constraint {name} of {thing.name}")
            elif kind == "f" and valid:
                thing.foreign.append((target, f"CONSTRAINT {name} {text}"))
            elif kind in "fc" and not valid:
                thing.late.append(f"ALTER TABLE {thing.name} ADD CONSTRAINT {name} {text}")
            elif kind in "puxc":
                thing.inline.append(f"CONSTRAINT {name} {text}")
            elif kind != "t":  # constraint triggers come with the triggers
                raise Unreadable(f"constraint {name} of kind {kind}")
            if kind in "pux":
                self.behind_constraints.add(index)
        for oid in self.of("table"):
            self.objects[oid].columns = [_name_not_null(line, oid, not_null) for line in self.objects[oid].columns]

    def _indexes(self) -> None:
        for oid, table, text, clustered, identity, valid in self._rows(
            "SELECT indexrelid, indrelid, pg_get_indexdef(indexrelid), indisclustered, indisreplident, indisvalid"
            " FROM pg_index WHERE indrelid = ANY(%s)",
            self.of("table", "materialized view"),
        ):
            self.owner_of[oid] = table
            if clustered or identity or not valid:
                raise Unreadable(f"an index of {self.objects[table].name}")
            if oid not in self.behind_constraints:
                self.objects[table].late.append(text)
        for oid in self.of("table", "materialized view"):
            self.objects[oid].late.sort(key=lambda sql: (not sql.startswith("CREATE"), sql))

    def _triggers(self) -> None:
        states = {"D": "DISABLE", "A": "ENABLE ALWAYS", "R": "ENABLE REPLICA"}
        for oid, table, name, text, enabled in self._rows(
            "SELECT oid, tgrelid, quote_ident(tgname), pg_get_triggerdef(oid), tgenabled::text FROM pg_trigger"
            " WHERE tgrelid = ANY(%s) AND NOT tgisinternal ORDER BY tgrelid, tgname",
            self.of("table", "view"),
        ):
            thing = self.objects[table]
            self.owner_of[oid] = table
            thing.late.append(text)
            if enabled in states:
                thing.late.append(f"ALTER TABLE {thing.name} {states[enabled]} TRIGGER {name}")

    def _policies(self) -> None:
        commands = {"r": "SELECT", "a": "INSERT", "w": "UPDATE", "d": "DELETE", "*": "ALL"}
        for table, name, command, permissive, roles, using, check in self._rows(
            "SELECT polrelid, quote_ident(polname), polcmd::text, polpermissive,"
            " (SELECT string_agg(CASE WHEN r = 0 THEN 'PUBLIC' WHEN r = c.relowner THEN 'CURRENT_USER'"
            " ELSE quote_ident(pg_get_userbyid(r)) END, ', ') FROM unnest(polroles) r),"
            " pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid)"
            " FROM pg_policy JOIN pg_class c ON c.oid = polrelid WHERE polrelid = ANY(%s) ORDER BY polrelid, polname",
            self.of("table"),
        ):
            sql = f"CREATE POLICY {name} ON {self.objects[table].name}"
            sql += f" AS {'PERMISSIVE' if permissive else 'RESTRICTIVE'} FOR {commands[command]} TO {roles}"
            sql += f" USING ({using})" if using else ""
            sql += f" WITH CHECK ({check})" if check else ""
            self.objects[table].late.append(sql)

    def _views(self) -> None:
        for oid, text, filled, options, rules in self._rows(
            "SELECT c.oid, pg_get_viewdef(c.oid), relispopulated, array_to_string(reloptions, ', '),"
            " (SELECT count(*) FROM pg_rewrite WHERE ev_class = c.oid AND rulename <> '_RETURN')"
            " FROM pg_class c WHERE c.oid = ANY(%s)",
            self.of("view", "materialized view"),
        ):
            thing = self.objects[oid]
            if rules:
                raise Unreadable(f"rules of {thing.name}")
            body = text.strip().removesuffix(";")
            with_options = f" WITH ({options})" if options else ""
            filling = "" if thing.kind == "view" else f" WITH {'' if filled else 'NO '}DATA"
            thing.create = f"CREATE {thing.kind.upper()} {thing.name}{with_options} AS {body}{filling}"
            if thing.kind == "materialized view":  # filled once the rows are there
                thing.late.insert(0, thing.create)
                thing.create = ""

    def _rights(self) -> None:
        """Rights that differ from an owner's own, column by column where they are."""
        grants: dict[tuple[Oid, str], list[str]] = defaultdict(list)
        for oid, column, grantee, rights, option in self._rows(
            "SELECT x.oid, x.column, CASE WHEN grantee = 0 THEN 'PUBLIC' WHEN grantee = x.relowner THEN 'CURRENT_USER'"
            " ELSE quote_ident(pg_get_userbyid(grantee)) END,"
            " array_agg(privilege_type ORDER BY privilege_type), is_grantable FROM ("
            "  SELECT oid, '' AS column, relowner, relacl AS acl FROM pg_class WHERE oid = ANY(%s)"
            "  UNION ALL SELECT c.oid, quote_ident(attname), relowner, attacl FROM pg_attribute a"
            "  JOIN pg_class c ON c.oid = a.attrelid WHERE a.attrelid = ANY(%s)"
            " ) x, aclexplode(x.acl) WHERE x.acl IS NOT NULL GROUP BY 1, 2, 3, 5 ORDER BY 1, 2, 3, 5",
            list(self.objects), list(self.objects),
        ):  # fmt: skip
            what = ", ".join(f"{right} ({column})" if column else right for right in rights)
            sql = f"GRANT {what} ON %s TO {grantee}{' WITH GRANT OPTION' if option else ''}"
            grants[oid, column].append(sql)
        changed = self._rows("SELECT oid FROM pg_class WHERE oid = ANY(%s) AND relacl IS NOT NULL", list(self.objects))
        for (oid,) in changed:
            thing = self.objects[oid]
            on = f"SEQUENCE {thing.name}" if thing.kind == "sequence" else thing.name
            thing.late.append(f"REVOKE ALL ON {on} FROM CURRENT_USER, PUBLIC")
        for (oid, _column), statements in sorted(grants.items(), key=lambda item: item[0]):
            thing = self.objects[oid]
            on = f"SEQUENCE {thing.name}" if thing.kind == "sequence" else thing.name
            thing.late += [sql % on for sql in statements]

    def _functions(self, oids: list[Oid]) -> None:
        for oid, name, kind, text, rights in self._rows(
            "SELECT oid, oid::regprocedure::text, prokind::text,"
            " CASE WHEN prokind IN ('f', 'p', 'w') THEN pg_get_functiondef(oid) END, proacl IS NOT NULL"
            " FROM pg_proc WHERE oid = ANY(%s) ORDER BY 2",
            oids,
        ):
            if text is None or rights:
                raise Unreadable(f"function {name}")
            word = "PROCEDURE" if kind == "p" else "FUNCTION"
            self.objects[oid] = Object(oid, "function", name, create=text.strip(), called=f"{word} {name}")

    def _types(self, oids: list[Oid]) -> None:
        for oid, name, kind, labels, base, required, default in self._rows(
            "SELECT t.oid, quote_ident(typname), typtype::text,"
            " (SELECT string_agg(quote_literal(enumlabel), ', ' ORDER BY enumsortorder) FROM pg_enum"
            "  WHERE enumtypid = t.oid), format_type(typbasetype, typtypmod), typnotnull, typdefault"
            " FROM pg_type t WHERE t.oid = ANY(%s) ORDER BY typname",
            oids,
        ):
            thing = Object(oid, "type", name, called=f"TYPE {name}")
            if kind == "e":
                thing.create = f"CREATE TYPE {name} AS ENUM ({labels or ''})"
            elif kind == "d":
                thing.called = f"DOMAIN {name}"
                thing.create = f"CREATE DOMAIN {name} AS {base}{f' DEFAULT {default}' if default else ''}"
                thing.create += " NOT NULL" if required else ""
                for (check,) in self._rows(
                    "SELECT 'CONSTRAINT ' || quote_ident(conname) || ' ' || pg_get_constraintdef(oid)"
                    " FROM pg_constraint WHERE contypid = %s AND contype = 'c' ORDER BY conname",
                    oid,
                ):
                    thing.create += f" {check}"
            else:
                raise Unreadable(f"type {name} of kind {kind}")
            self.objects[oid] = thing
        for oid in self.of("type"):
            thing = self.objects[oid]
            if not thing.create:
                thing.create = f"CREATE TYPE {thing.name} AS ({', '.join(thing.columns)})"
                thing.columns = []

    def _statistics(self, oids: list[Oid]) -> None:
        for oid, table, text in self._rows(
            "SELECT oid, stxrelid, pg_get_statisticsobjdef(oid) FROM pg_statistic_ext WHERE oid = ANY(%s)"
            " ORDER BY stxname",
            oids,
        ):
            self.owner_of[oid] = table
            self.objects[table].late.append(text)

    # --- how things hang together ------------------------------------------------------------------------
    def _needs(self) -> None:
        parts = [*self.objects, *self.owner_of]
        for oid, table in self._rows("SELECT oid, adrelid FROM pg_attrdef WHERE adrelid = ANY(%s)", list(self.objects)):
            self.owner_of[oid] = table
            parts.append(oid)
        views = self._rows("SELECT oid, ev_class FROM pg_rewrite WHERE ev_class = ANY(%s)", list(self.objects))
        for oid, view in views:
            self.owner_of[oid] = view
            parts.append(oid)
        row_types = dict(self._rows("SELECT reltype, oid FROM pg_class WHERE oid = ANY(%s)", list(self.objects)))
        foreign = {(oid, target) for oid, thing in self.objects.items() for target, _sql in thing.foreign}
        for oid, needed in self._rows(
            "SELECT objid, refobjid FROM pg_depend WHERE objid = ANY(%s) AND classid = ANY("
            "ARRAY['pg_class', 'pg_proc', 'pg_type', 'pg_attrdef', 'pg_constraint', 'pg_rewrite']::regclass[])",
            parts,
        ):
            mine = self.owner_of.get(oid, oid)
            other = row_types.get(needed, needed)
            other = self.owner_of.get(other, other)
            if mine in self.objects and other in self.objects and mine != other and (mine, other) not in foreign:
                self.objects[mine].needs.add(other)
        for oid in self.of("sequence"):  # the table's default needs the sequence, whose owner is set later
            self.objects[oid].needs.clear()

    def _comments(self) -> None:
        of_parts = {**{oid: oid for oid in self.objects}, **self.owner_of}
        for catalog, oid, number, text, name in self._rows(
            "SELECT classoid::regclass::text, objoid, objsubid, quote_literal(description),"
            " (pg_identify_object(classoid, objoid, objsubid)).identity"
            " FROM pg_description WHERE objoid = ANY(%s) ORDER BY 2, 3",
            list(of_parts),
        ):
            thing = self.objects[of_parts[oid]]
            on = thing.called if oid in self.objects and not number else ""
            if catalog == "pg_class" and number:
                on = f"COLUMN {name}"
            elif catalog == "pg_class" and not on:
                on = f"INDEX {name}"
            elif catalog == "pg_constraint":
                on = f"CONSTRAINT {name}"
            elif catalog == "pg_trigger":
                on = f"TRIGGER {name}"
            elif not on:
                raise Unreadable(f"comment on {name}")
            thing.late.append(f"COMMENT ON {on} IS {text}")


def _name_not_null(line: str, table: Oid, names: dict[tuple[Oid, int], str]) -> str:
    """PostgreSQL 18 names these constraints; before, the column alone says it."""
    head, zero, rest = line.partition("\0")
    if not zero:
        return line
    number, _zero, tail = rest.partition("\0")
    return f"{head}{names.get((table, int(number)), '')}{tail}"
