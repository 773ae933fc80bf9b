/** The one place that reads the time; everything else is handed an instant. */
export const now = (): Date => new Date();
