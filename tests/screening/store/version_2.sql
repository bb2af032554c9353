-- A store of version 2, written by the program of that version: done, waiting, failed, refused.
PRAGMA application_id = 1987142995;
PRAGMA user_version = 2;
BEGIN TRANSACTION;
CREATE TABLE attempts (
        task TEXT NOT NULL,
        started REAL NOT NULL,
        worker TEXT NOT NULL,
        wall_s REAL NOT NULL,
        peak_bytes INTEGER NOT NULL,
        failure_kind TEXT,
        failure_message TEXT,
        part TEXT,                      -- key of the part that was being computed at the end
        charged INTEGER NOT NULL,       -- whether it counts against the task
        PRIMARY KEY (task, started, worker)
    ) STRICT, WITHOUT ROWID
    ;
INSERT INTO "attempts" VALUES('c21de24c6abd1d62f466a001f3f0eb676963263aefb99426c70ae98a9195a736',1000000000.0,'host:1',60.0,100000000,NULL,NULL,NULL,1);
CREATE TABLE candidates (
        position INTEGER PRIMARY KEY,   -- in the file, from 0
        name TEXT NOT NULL,
        source TEXT NOT NULL,
        given TEXT NOT NULL,            -- SMILES, molfile or JSON, as it was written
        smiles TEXT,                    -- canonical
        identity TEXT,
        formula TEXT,
        atoms INTEGER,
        heavy_atoms INTEGER,
        electrons INTEGER,
        charge INTEGER,
        multiplicity INTEGER,
        notes TEXT NOT NULL,            -- one after the other
        failure_kind TEXT,
        failure_message TEXT,
        failure_hint TEXT,
        duplicate_of INTEGER            -- position
    ) STRICT
    ;
INSERT INTO "candidates" VALUES(0,'old','list.smi:old','CO','CO','CO','CH4O',6,2,18,0,1,'charge from the structure',NULL,NULL,NULL,NULL);
INSERT INTO "candidates" VALUES(1,'waiting','list.smi:waiting','CO','CO','CO','CH4O',6,2,18,0,1,'charge from the structure',NULL,NULL,NULL,NULL);
INSERT INTO "candidates" VALUES(2,'bad','list.smi:bad','CO','CO','CO','CH4O',6,2,18,0,1,'charge from the structure',NULL,NULL,NULL,NULL);
INSERT INTO "candidates" VALUES(3,'large','list.smi:large','CO','CO','CO','CH4O',6,2,18,0,1,'charge from the structure',NULL,NULL,NULL,NULL);
CREATE TABLE case_parts (
        case_id INTEGER NOT NULL REFERENCES cases (id),
        position INTEGER NOT NULL,
        property INTEGER NOT NULL REFERENCES properties (id),
        key TEXT NOT NULL,
        PRIMARY KEY (case_id, position)
    ) STRICT, WITHOUT ROWID
    ;
INSERT INTO "case_parts" VALUES(1,0,1,'c21de24c6abd1d62f466a001f3f0eb676963263aefb99426c70ae98a9195a736');
INSERT INTO "case_parts" VALUES(1,1,2,'6de8e8d565593896fcc5b1cea203e9c779cd4ec1ad25ad1c675bf93cd0ecc212');
INSERT INTO "case_parts" VALUES(1,2,3,'00b3661c971739fafde7f7faf39ad90a1f423e6d828e6d4dccbfe888a855bca0');
INSERT INTO "case_parts" VALUES(2,0,1,'145378637a2cbbcb317b290221368f57e8cbcc7bfb9acedf2f90d789f4f4fa64');
INSERT INTO "case_parts" VALUES(2,1,2,'9ab03c2fa184340d3601b72388f8b570c47d87775b0b0dc281ea6f29064d2bf2');
INSERT INTO "case_parts" VALUES(2,2,3,'d18dbee24b51915a37568e122b8c3e3ea1d73c93ce3cc0a016c208bf1ea1f057');
INSERT INTO "case_parts" VALUES(3,0,1,'b1d0666e7df91d34087ee7af78db76005de2ed6eb3ac311e4b3f4d283164b69d');
INSERT INTO "case_parts" VALUES(3,1,2,'f6792f5ec30f13ef421435c3271f5934c2d148bd514ec181246ec3e960664e9d');
INSERT INTO "case_parts" VALUES(3,2,3,'d08b13233b37e02df58e701f2d2d90f1c8550673b9b9c67d4777e97caf3d2d15');
CREATE TABLE cases (
        id INTEGER PRIMARY KEY,
        candidate INTEGER NOT NULL REFERENCES candidates (position),
        variant TEXT NOT NULL,
        spec TEXT NOT NULL,             -- JSON: the input of the run
        cost REAL NOT NULL
    , failure_kind TEXT, failure_message TEXT, failure_hint TEXT) STRICT
    ;
INSERT INTO "cases" VALUES(1,0,'','{"molecule":{"geometry":"He 0 0 0","basis":"sto-3g"},"seed":0}',1.0,NULL,NULL,NULL);
INSERT INTO "cases" VALUES(2,1,'','{"molecule":{"geometry":"He 0 0 0","basis":"sto-3g"},"seed":1}',1.0,NULL,NULL,NULL);
INSERT INTO "cases" VALUES(3,2,'','{"molecule":{"geometry":"He 0 0 0","basis":"sto-3g"},"seed":2}',1.0,NULL,NULL,NULL);
INSERT INTO "cases" VALUES(4,3,'','{"molecule":{"geometry":"He 0 0 0","basis":"sto-3g"},"seed":3}',1.0,'refused','too large',NULL);
CREATE TABLE damaged (
        key TEXT NOT NULL,
        found REAL NOT NULL,
        reason TEXT NOT NULL,
        content BLOB NOT NULL           -- all that was there, as JSON
    ) STRICT
    ;
CREATE TABLE needs (
        property TEXT NOT NULL,
        need TEXT NOT NULL,             -- also what it needs indirectly
        PRIMARY KEY (property, need)
    ) STRICT, WITHOUT ROWID
    ;
INSERT INTO "needs" VALUES('dipole','energy');
CREATE TABLE properties (
        id INTEGER PRIMARY KEY,
        name TEXT NOT NULL,
        selection TEXT NOT NULL         -- JSON: name and options
    ) STRICT
    ;
INSERT INTO "properties" VALUES(1,'energy','{"name":"energy"}');
INSERT INTO "properties" VALUES(2,'dipole','{"name":"dipole"}');
INSERT INTO "properties" VALUES(3,'gap','{"name":"gap"}');
CREATE TABLE records (
        result INTEGER PRIMARY KEY REFERENCES results (id) ON DELETE CASCADE,
        content BLOB NOT NULL,          -- JSON in zlib's format: record and provenance
        checksum TEXT NOT NULL          -- SHA-256 of the whole result
    ) STRICT
    ;
INSERT INTO "records" VALUES(1,X'789C15CD510EC2200C00D0BBF49B2C056611AE62FC2850E2920986CD2566E1EEEA05DE3BA14B6A3D4338E1B16C7BEB1F08379CB4C2C9DC153CDB2AE9BD0A044846673173228E596732652662445D6C4189E4C8933564594AF47E36941CB2F82B7BED2FEC2CC150F0EAED90CA35C93F3CA46F4BAB3F5BC3185F7ECB29E8','24a441c8e092e2f28fe1e33e4dc3bcb83510b1dfcd3896e52630f010d5d60cca');
INSERT INTO "records" VALUES(2,X'789C15CD410E82301005D0BBCC9A90B638A5E52AC645F93344126C4D5112437A77F502EF9D5415A50A4D27DDD7FD55EA87A6ABE96D677A77EBE85136C57B539AC88B060DC29E390E21FA05E0D942933383468C63845C143689E324167EE4798903C428E0ACA3D6D1B3964373CAD07F7868DDD7927FB6A5D6BEB5342B11','ae94869cc44692c5151077926428ab91e1e63d4225b84f638738e4197b230c99');
INSERT INTO "records" VALUES(3,X'789C158DCB0AC3201000FF65CF127C24BE7EA5F4B0AE2B0DA45A4C1B2821FF5E7B99B9CD9CD0995ACF104F78ACFBBBF52FC49B9C949093BE0B78B68DE9B331449032196B1505A79C09054B6657DCB00998834455666DD866AFFDE09C895261EF3DFA654984122E01AFDE0EAE5889FFC383FBBEB63ADA0AAEEB07AC852B18','fd9764e93e90b7123bfbfb0c1529e15a79f0de18761301cdc37de81241cac994');
INSERT INTO "records" VALUES(4,X'789CAB562A4A4DCE2F4A51B2AAAED5512A28CA2F4BCD4BCC4B4E05F16B019E3E0AC1','934938acbcc6065c26e5d67351dcb90f25031a1fe27462ff0c8f3b5724eed14e');
INSERT INTO "records" VALUES(5,X'789C15CD410AC3201040D1BBCC5AC2A835A3B94AE9223A230DA45A4C1A28C1BB37DD7FDE3FA149AA8D613AE1B96C7B6D5F98EE38688583792878D555D267159880D1476D8DB5D192A0E1ECBC10EA6CD870C0AC93770E47B231C49046E21B1149A034677B15DA4157F06EF590329724FFE1216D5B6AB96C0DBDFF005D1C29BE','7bc2277ae2422551d4ca069a04cb31b0f24fae880f8875179251fdd94c128a0d');
CREATE TABLE results (
        id INTEGER PRIMARY KEY,
        key TEXT NOT NULL UNIQUE,
        property TEXT NOT NULL,
        failure_kind TEXT,
        failure_message TEXT,
        failure_hint TEXT,
        "values" TEXT NOT NULL,         -- JSON: the property's columns
        wall_s REAL NOT NULL,
        finished REAL NOT NULL          -- when the store took it in, seconds since 1970, UTC
    ) STRICT
    ;
INSERT INTO "results" VALUES(1,'c21de24c6abd1d62f466a001f3f0eb676963263aefb99426c70ae98a9195a736','energy',NULL,NULL,NULL,'{"energy_hartree":-76.33333333333333,"verdict":"pass","shots":0}',1.5,1.79581818548485350607e+09);
INSERT INTO "results" VALUES(2,'6de8e8d565593896fcc5b1cea203e9c779cd4ec1ad25ad1c675bf93cd0ecc212','dipole',NULL,NULL,NULL,'{"dipole_debye":0.0}',1.5,1.79581818548485350607e+09);
INSERT INTO "results" VALUES(3,'00b3661c971739fafde7f7faf39ad90a1f423e6d828e6d4dccbfe888a855bca0','gap',NULL,NULL,NULL,'{"small_gap":true}',1.5,1.79581818548485350607e+09);
INSERT INTO "results" VALUES(4,'b1d0666e7df91d34087ee7af78db76005de2ed6eb3ac311e4b3f4d283164b69d','energy','timeout','too slow','try','{}',0.0,1795818185.50491);
INSERT INTO "results" VALUES(5,'d08b13233b37e02df58e701f2d2d90f1c8550673b9b9c67d4777e97caf3d2d15','gap',NULL,NULL,NULL,'{"small_gap":true}',1.5,1.79581818552827334398e+09);
CREATE TABLE revisions (
        id INTEGER PRIMARY KEY,
        started REAL NOT NULL,          -- seconds since 1970, UTC
        config TEXT NOT NULL,           -- JSON
        candidates_file TEXT NOT NULL,
        candidates_sha256 TEXT NOT NULL,
        versions TEXT NOT NULL,         -- JSON
        properties TEXT NOT NULL        -- JSON: name, needs and columns of each, in order
    ) STRICT
    ;
INSERT INTO "revisions" VALUES(1,1000000000.0,'{}','list.smi','0000000000000000000000000000000000000000000000000000000000000000','{"pyscf":"2.11"}','[{"name":"energy","needs":[],"columns":[{"name":"energy_hartree","kind":"number","description":"Total energy."},{"name":"verdict","kind":"text","description":"Verdict."},{"name":"shots","kind":"integer","description":"Shots."}]},{"name":"dipole","needs":["energy"],"columns":[{"name":"dipole_debye","kind":"number","description":"Dipole."}]},{"name":"gap","needs":[],"columns":[{"name":"small_gap","kind":"flag","description":"Whether the gap is small."}]}]');
CREATE INDEX cases_by_candidate ON cases (candidate);
CREATE INDEX cases_by_cost ON cases (cost);
CREATE VIEW part_states AS
    SELECT p.case_id, p.position, q.name AS property, p.key, q.selection,
        r.failure_kind, r.failure_message, r.failure_hint, r."values", r.wall_s, r.finished,
        CASE
            WHEN r.failure_kind IS NOT NULL THEN 'failed'
            WHEN r.key IS NOT NULL THEN 'done'
            WHEN EXISTS (
                SELECT 1 FROM needs n
                JOIN case_parts o ON o.case_id = p.case_id
                JOIN properties oq ON oq.id = o.property AND oq.name = n.need
                JOIN results f ON f.key = o.key AND f.failure_kind IS NOT NULL
                WHERE n.property = q.name
            ) THEN 'blocked'
            ELSE 'missing'
        END AS state
    FROM case_parts p
    JOIN properties q ON q.id = p.property
    LEFT JOIN results r ON r.key = p.key;
CREATE VIEW case_states AS
    SELECT c.id, c.candidate, c.variant, c.cost,
        CASE
            WHEN c.failure_kind IS NOT NULL THEN 'refused'
            WHEN EXISTS (
                SELECT 1 FROM part_states s WHERE s.case_id = c.id AND s.state = 'missing'
            ) THEN 'pending'
            WHEN (
                SELECT s.state FROM part_states s WHERE s.case_id = c.id
                ORDER BY s.property = 'energy' DESC, s.position LIMIT 1
            ) <> 'done' THEN 'failed'
            WHEN EXISTS (
                SELECT 1 FROM part_states s WHERE s.case_id = c.id AND s.state <> 'done'
            ) THEN 'partial'
            ELSE 'done'
        END AS status
    FROM cases c;
COMMIT;
