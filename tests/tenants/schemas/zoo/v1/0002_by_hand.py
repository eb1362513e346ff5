from django.db import migrations

MAKE = [
    "CREATE TYPE mood AS ENUM ('content', 'l''air fâché')",
    "CREATE DOMAIN weight AS numeric(6, 2) DEFAULT 1 CONSTRAINT weight_positive CHECK (VALUE > 0)",
    "CREATE TYPE spot AS (x integer, y integer)",
    "CREATE SEQUENCE ticket_number START WITH 100 INCREMENT BY 5",
    "CREATE FUNCTION heavy(w weight) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$ SELECT w > 100 $$",
    "CREATE TABLE feeding (id serial PRIMARY KEY, ticket integer NOT NULL DEFAULT nextval('ticket_number'),"
    " mood mood NOT NULL DEFAULT 'content', weight weight, place spot,"
    " heavy boolean GENERATED ALWAYS AS (heavy(weight)) STORED,"
    " cage_id bigint NOT NULL REFERENCES dummy_cage (id) ON DELETE CASCADE, note text COLLATE \"C\","
    " CONSTRAINT \"Un nom à part\" UNIQUE (ticket, cage_id))",
    "ALTER TABLE feeding ADD CONSTRAINT feeding_later CHECK (ticket > 0) NOT VALID",
    "ALTER TABLE feeding ALTER COLUMN note SET STORAGE EXTERNAL",
    "ALTER TABLE feeding ALTER COLUMN note SET STATISTICS 500",
    "ALTER TABLE feeding RENAME COLUMN place TO whereabouts",
    "ALTER TABLE feeding SET (fillfactor = 70)",
    "CREATE STATISTICS feeding_together ON ticket, cage_id FROM feeding",
    "CREATE INDEX feeding_hash ON feeding USING hash (ticket)",
    "CREATE FUNCTION count_up() RETURNS trigger LANGUAGE plpgsql AS $$"
    " BEGIN UPDATE dummy_cage SET size = size + 1 WHERE id = NEW.cage_id; RETURN NEW; END $$",
    "CREATE TRIGGER feeding_counts AFTER INSERT ON feeding FOR EACH ROW EXECUTE FUNCTION count_up()",
    "CREATE VIEW hungry AS SELECT c.id, c.name, count(f.id) AS meals FROM dummy_cage c"
    " LEFT JOIN feeding f ON f.cage_id = c.id GROUP BY c.id, c.name",
    "CREATE VIEW hungriest AS SELECT * FROM hungry ORDER BY meals LIMIT 1",
    "CREATE MATERIALIZED VIEW cage_names AS SELECT id, name FROM dummy_cage",
    "CREATE UNIQUE INDEX cage_names_id ON cage_names (id)",
    "COMMENT ON VIEW hungry IS 'Qui n''a rien eu'",
    "COMMENT ON INDEX feeding_hash IS 'Pour voir'",
    "COMMENT ON CONSTRAINT \"Un nom à part\" ON feeding IS 'Une fois'",
    "COMMENT ON FUNCTION heavy(weight) IS 'Plus de cent kilos'",
    "COMMENT ON COLUMN feeding.note IS '100 % utile'",
    "ALTER TABLE feeding ENABLE ROW LEVEL SECURITY",
    "CREATE POLICY feeding_all ON feeding FOR SELECT TO PUBLIC USING (ticket > 0)",
    "REVOKE TRUNCATE ON feeding FROM CURRENT_USER",
    "GRANT SELECT (id, ticket) ON feeding TO PUBLIC",
]
UNDO = [
    "DROP MATERIALIZED VIEW cage_names", "DROP VIEW hungriest", "DROP VIEW hungry", "DROP TABLE feeding",
    "DROP FUNCTION count_up()", "DROP FUNCTION heavy(weight)", "DROP SEQUENCE ticket_number", "DROP TYPE spot",
    "DROP DOMAIN weight", "DROP TYPE mood",
]


class Migration(migrations.Migration):
    dependencies = [("dummy", "0001_initial")]
    operations = [migrations.RunSQL(MAKE, UNDO)]
