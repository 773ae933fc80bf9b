/** One thing measured. */
export interface Figure {
  readonly name: string;
  /** null where there is no number to tell: what should come about in the end never did. */
  readonly value: number | null;
  readonly unit: string;
  /** Left out where the figure only explains another. */
  readonly target?: Target;
}

export type Target = { readonly atMost: number } | { readonly atLeast: number };

/** Figures that are measured together. */
export interface Part {
  /** As `--only` takes it. */
  readonly name: string;
  readonly title: string;
  measure(): Promise<readonly Figure[]>;
}

export interface MeasuredPart extends Pick<Part, 'name' | 'title'> {
  readonly figures: readonly Figure[];
}

/** Whether the target is met; undefined without one. */
export function isMet({ value, target }: Figure): boolean | undefined {
  if (target === undefined) return undefined;
  if (value === null) return false;
  return 'atMost' in target ? value <= target.atMost : value >= target.atLeast;
}
