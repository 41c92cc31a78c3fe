type Config = Readonly<Record<string, string | number | boolean | null>>;

/** One option and its value in each run, in the runs' order; undefined where a run does not have it. */
export interface Difference {
  key: string;
  values: (string | number | boolean | null | undefined)[];
}

/** The options in which the runs are not all the same, by name. */
export function differences(configs: readonly Config[]): Difference[] {
  const keys = [...new Set(configs.flatMap((config) => Object.keys(config)))].sort();
  return keys.map((key) => ({ key, values: configs.map((config) => config[key]) })).filter(({ values }) => new Set(values).size > 1);
}
