-- profile: exact figures on every column of every table.
CREATE TABLE profile.columns (source VARCHAR, "table" VARCHAR, "column" VARCHAR, place INTEGER, rows BIGINT,
    missing BIGINT, empty BIGINT, "distinct" BIGINT, shortest BIGINT, longest BIGINT, "min" VARCHAR,
    "max" VARCHAR, numbers BIGINT, q05 DOUBLE, q25 DOUBLE, q50 DOUBLE, q75 DOUBLE, q95 DOUBLE,
    shapes BIGINT, type VARCHAR, likelihood DOUBLE, valid BIGINT, invalid BIGINT);
CREATE TABLE profile.values (source VARCHAR, "table" VARCHAR, "column" VARCHAR, value VARCHAR, rows BIGINT);
CREATE TABLE profile.shapes (source VARCHAR, "table" VARCHAR, "column" VARCHAR, shape VARCHAR, rows BIGINT,
    example VARCHAR);
