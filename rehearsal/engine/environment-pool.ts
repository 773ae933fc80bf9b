import type { LambdaEnvironment } from './lambda-environment';

/** The execution environments of a function: as many as it ever had invocations at once. */
export class EnvironmentPool {
  private readonly all = new Set<LambdaEnvironment>();
  /** The most recently used last. */
  private readonly idle: LambdaEnvironment[] = [];
  private isRetired = false;

  constructor(private readonly start: () => LambdaEnvironment) {}

  /** For one invocation, until it is given back. */
  take(): LambdaEnvironment {
    const environment = this.idle.pop() ?? this.start();
    this.all.add(environment);
    return environment;
  }

  async giveBack(environment: LambdaEnvironment): Promise<void> {
    if (this.isRetired) await this.end(environment);
    else this.idle.push(environment);
  }

  /** It died with its invocation: the next one gets another. */
  async discard(environment: LambdaEnvironment): Promise<void> {
    await this.end(environment);
  }

  /** Ends each environment as soon as nothing runs in it. */
  async retire(): Promise<void> {
    this.isRetired = true;
    await Promise.all(this.idle.splice(0).map((environment) => this.end(environment)));
  }

  /** Ends all, whatever runs in them. */
  async stop(): Promise<void> {
    await Promise.all([...this.all].map((environment) => this.end(environment)));
  }

  private async end(environment: LambdaEnvironment): Promise<void> {
    this.all.delete(environment);
    await environment.stop();
  }
}
