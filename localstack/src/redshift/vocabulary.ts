/** The closed list of supported SQL. Everything on it means the same on Redshift and, once translated, on Postgres. */

/** Functions that both have, and those that compat.ts or a rule adds. */
export const FUNCTIONS = new Set(
  `ABS AVG BOOL_AND BOOL_OR BTRIM CAST CEIL CEILING COALESCE CONCAT CONVERT_TIMEZONE COUNT CURRENT_DATE DATE_TRUNC DB_COLLATION
   DENSE_RANK EXTRACT FIRST_VALUE FLOOR GETDATE GREATEST INITCAP IS_VARCHAR JSON_PARSE JSON_SERIALIZE JSON_SIZE
   JSON_TYPEOF LAG LAST_VALUE LEAD LEAST LEFT LEN LENGTH LISTAGG LN LOWER LPAD LTRIM MAX MD5 MIN MOD NTILE NULLIF NVL
   OBJECT OCTET_LENGTH PERCENTILE_CONT POSITION POWER RANK REPLACE RIGHT ROUND ROW_NUMBER RPAD RTRIM SIGN SPLIT_PART
   SQRT STRPOS STRTOL SUBSTRING SUM TRIM TRUNC UPPER VERSION`.split(/\s+/),
);

/** Keywords that may precede a parenthesis. */
export const BEFORE_PARENTHESIS = new Set(
  `ALL AND ANY AS BETWEEN BY CASE DISTINCT ELSE EXCEPT EXISTS FROM GROUP HAVING IN INTERSECT JOIN LIKE LIMIT NOT ON OR
   OVER SELECT SET SOME THEN UNION USING VALUES WHEN WHERE`.split(/\s+/),
);

/** Types of columns and casts. Not TEXT: a cast of SUPER to TEXT differs between the two. */
export const TYPES = new Set(
  `BIGINT BOOL BOOLEAN CHAR DATE DECIMAL DOUBLE FLOAT FLOAT4 FLOAT8 INT INT2 INT4 INT8 INTEGER NUMERIC REAL SMALLINT
   SUPER TIMESTAMP TIMESTAMPTZ VARCHAR`.split(/\s+/),
);

/** Words of syntax that only Postgres has. */
export const NOT_REDSHIFT = new Set(
  `CONFLICT CURRENT_TIMESTAMP FETCH GENERATE_SERIES JSONB LATERAL MATERIALIZED NOW NOWAIT ONLY ORDINALITY REGEXP_MATCHES
   RETURNING STRING_AGG TABLESAMPLE UNLOGGED WINDOW`.split(/\s+/),
);

/** Redshift has these; the local warehouse does not. */
export const NOT_EMULATED = new Set(
  `APPEND CONNECT DATEADD DATEDIFF MEDIAN MERGE MINUS OBJECT_TRANSFORM PIVOT QUALIFY SYSDATE TOP TRUNCATE UNNEST`.split(
    /\s+/,
  ),
);

/**
 * Reserved on Redshift but not on Postgres (AWS documentation, "Reserved words"): as unquoted names they fail only on AWS.
 * Words that occur in the syntax of supported statements are omitted.
 */
export const RESERVED_NAMES = new Set(
  `AES128 AES256 ALLOWOVERWRITE BACKUP BLANKSASNULL BYTEDICT BZIP2 CREDENTIALS CURRENT_USER_ID DEFLATE DEFRAG DELTA
   DELTA32K DISABLE EMPTYASNULL ENCRYPT ENCRYPTION EXPLICIT GLOBALDICT256 GLOBALDICT64K IGNORE LUN LUNS LZO LZOP
   MOSTLY13 MOSTLY16 MOSTLY32 MOSTLY8 NEW OFFLINE OID OLD OPEN PARALLEL PERCENT PERMISSIONS RAW READRATIO RECOVER
   REJECTLOG RESORT RESPECT RESTORE SNAPSHOT SYSTEM TAG TDES TEXT255 TEXT32K TRUNCATECOLUMNS WALLET`.split(/\s+/),
);

/** Columns of type SUPER, after which `."key"` and `[0]` navigate. */
export const SUPER_COLUMNS = new Set([
  'event_attributes',
  'user_attributes',
  'set_attributes',
  'unset_attributes',
  'increment_attributes',
  'value',
]);

/** Session settings without a meaning here. */
export const IGNORED_SETTINGS = new Set([
  'enable_case_sensitive_super_attribute',
  'enable_result_cache_for_session',
  'query_group',
]);
