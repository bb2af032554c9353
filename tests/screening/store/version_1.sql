-- A store of version 1, written by the program of that version: one case done, one waiting.
PRAGMA application_id = 1987142995;
PRAGMA user_version = 1;
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
INSERT INTO "case_parts" VALUES(2,0,1,'145378637a2cbbcb317b290221368f57e8cbcc7bfb9acedf2f90d789f4f4fa64');
INSERT INTO "case_parts" VALUES(2,1,2,'9ab03c2fa184340d3601b72388f8b570c47d87775b0b0dc281ea6f29064d2bf2');
CREATE TABLE cases (
        id INTEGER PRIMARY KEY,
        candidate INTEGER NOT NULL REFERENCES candidates (position),
        variant TEXT NOT NULL,
        spec TEXT NOT NULL,             -- JSON: the input of the run
        cost REAL NOT NULL
    ) STRICT
    ;
INSERT INTO "cases" VALUES(1,0,'','{"molecule": {"geometry": "He 0 0 0", "basis": "sto-3g"}, "seed": 0}',1.0);
INSERT INTO "cases" VALUES(2,1,'','{"molecule": {"geometry": "He 0 0 0", "basis": "sto-3g"}, "seed": 1}',1.0);
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
INSERT INTO "properties" VALUES(1,'energy','{"name": "energy"}');
INSERT INTO "properties" VALUES(2,'dipole','{"name": "dipole"}');
CREATE TABLE records (
        result INTEGER PRIMARY KEY REFERENCES results (id) ON DELETE CASCADE,
        content BLOB NOT NULL,          -- JSON in zlib's format: record and provenance
        checksum TEXT NOT NULL          -- SHA-256 of the whole result
    ) STRICT
    ;
INSERT INTO "records" VALUES(1,X'789C15CD510EC2200C00D0BBF49B2C056611AE62FC2850E2920986CD2566E1EEEA05DE3BA14B6A3D4338E1B16C7BEB1F08379CB4C2C9DC153CDB2AE9BD0A044846673173228E596732652662445D6C4189E4C8933564594AF47E36941CB2F82B7BED2FEC2CC150F0EAED90CA35C93F3CA46F4BAB3F5BC3185F7ECB29E8','24a441c8e092e2f28fe1e33e4dc3bcb83510b1dfcd3896e52630f010d5d60cca');
INSERT INTO "records" VALUES(2,X'789C15CD410E82301005D0BBCC9A90B638A5E52AC645F93344126C4D5112437A77F502EF9D5415A50A4D27DDD7FD55EA87A6ABE96D677A77EBE85136C57B539AC88B060DC29E390E21FA05E0D942933383468C63845C143689E324167EE4798903C428E0ACA3D6D1B3964373CAD07F7868DDD7927FB6A5D6BEB5342B11','ae94869cc44692c5151077926428ab91e1e63d4225b84f638738e4197b230c99');
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
INSERT INTO "results" VALUES(1,'c21de24c6abd1d62f466a001f3f0eb676963263aefb99426c70ae98a9195a736','energy',NULL,NULL,NULL,'{"energy_hartree":-76.33333333333333,"verdict":"pass","shots":0}',1.5,1700000000.0);
INSERT INTO "results" VALUES(2,'6de8e8d565593896fcc5b1cea203e9c779cd4ec1ad25ad1c675bf93cd0ecc212','dipole',NULL,NULL,NULL,'{"dipole_debye":0.0}',1.5,1700000000.0);
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
INSERT INTO "revisions" VALUES(1,1000000000.0,'{}','list.smi','0000000000000000000000000000000000000000000000000000000000000000','{"pyscf":"2.11"}','[{"name":"energy","needs":[],"columns":[{"name":"energy_hartree","kind":"number","description":"Total energy."},{"name":"verdict","kind":"text","description":"Verdict."},{"name":"shots","kind":"integer","description":"Shots."}]},{"name":"dipole","needs":["energy"],"columns":[{"name":"dipole_debye","kind":"number","description":"Dipole."}]}]');
CREATE INDEX cases_by_candidate ON cases (candidate);
COMMIT;
