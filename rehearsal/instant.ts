/** ISO 8601, UTC, without milliseconds: how instants stand in reports. */
export const instantText = (instant: Date): string => instant.toISOString().replace(/\.\d{3}Z$/, 'Z');
