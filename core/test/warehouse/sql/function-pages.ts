/**
 * Every function that our statements call, with its page of the Amazon Redshift Database Developer Guide. A function
 * without a page has no place in a statement: nothing says what it does there.
 */
export const FUNCTION_PAGES: Readonly<Record<string, string>> = {
  ABS: 'r_ABS',
  AVG: 'r_AVG',
  CAST: 'r_CAST_function',
  COALESCE: 'r_NVL_function',
  COUNT: 'r_COUNT',
  DATE_TRUNC: 'r_DATE_TRUNC',
  DB_COLLATION: 'r_DB_COLLATION',
  EXTRACT: 'r_EXTRACT_function',
  FLOOR: 'r_FLOOR',
  GETDATE: 'r_GETDATE',
  GREATEST: 'r_GREATEST_LEAST',
  JSON_PARSE: 'JSON_PARSE',
  JSON_SERIALIZE: 'JSON_SERIALIZE',
  JSON_SIZE: 'r_json_size',
  JSON_TYPEOF: 'r_json_typeof',
  LEFT: 'r_LEFT',
  LEN: 'r_LEN',
  LISTAGG: 'r_LISTAGG',
  MAX: 'r_MAX',
  MD5: 'r_MD5',
  MIN: 'r_MIN',
  NVL: 'r_NVL_function',
  OBJECT: 'r_object_function',
  OCTET_LENGTH: 'r_OCTET_LENGTH',
  PERCENTILE_CONT: 'r_PERCENTILE_CONT',
  REPLACE: 'r_REPLACE',
  RIGHT: 'r_LEFT',
  ROW_NUMBER: 'r_WF_ROW_NUMBER',
  RTRIM: 'r_RTRIM',
  STRPOS: 'r_STRPOS',
  STRTOL: 'r_STRTOL',
  SUBSTRING: 'r_SUBSTRING',
  SUM: 'r_SUM',
};

/** Words before a parenthesis that call nothing: syntax, types and layout. */
export const NOT_FUNCTIONS = new Set(
  'AND AS AT BY DECIMAL DISTKEY EXISTS FROM GROUP IN JOIN KEYS NOT ON OR OVER SORTKEY VALUES VARCHAR WHEN WHERE'.split(
    ' ',
  ),
);
