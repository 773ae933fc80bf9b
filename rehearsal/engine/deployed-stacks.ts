import { madeAgain, type Stack } from '../cloudformation/assembly';
import { deleteStack, deployStack, updateStack } from '../cloudformation/deployment';
import { type DeployedStack, type ResourceHandlers, StackFailed } from '../cloudformation/stack-resources';
import { AwsError } from '../service';

/** The stacks of every account and Region, and what CloudFormation does with them. */
export class DeployedStacks {
  /** In the order of their first deployment. */
  private readonly deployed = new Map<string, DeployedStack>();
  private readonly timesDeleted = new Map<string, number>();
  /** What CloudFormation is doing, by stack: while it waits for a custom resource, other things happen. */
  private readonly inProgress = new Map<string, 'CREATE' | 'UPDATE' | 'DELETE'>();

  /** @param onFailure takes what CloudFormation says of a stack that failed. */
  constructor(
    private readonly handlers: ResourceHandlers,
    private readonly onFailure: (sentence: string) => void,
  ) {}

  /**
   * Creates or updates each stack in turn, and stops at the first that fails. Stacks that are deployed and not among
   * them stay as they are. Rejects with AwsError for what CloudFormation does not even begin.
   */
  async deploy(stacks: readonly Stack[]): Promise<void> {
    for (const stack of stacks) if (!(await this.bring(stack))) return;
  }

  /**
   * Deletes every stack that is meant, the newest first. Rejects with AwsError while a stack has termination protection,
   * which `force` turns off before, and where no stack is meant; `what` then names what was looked for.
   */
  async delete(what: string, isMeant: (deployed: DeployedStack) => boolean, force = false): Promise<void> {
    const meant = [...this.deployed].filter(([, deployed]) => isMeant(deployed)).toReversed();
    if (meant.length === 0) {
      const names = [...this.deployed.values()].map(({ stack }) => stack.stackName).join(', ');
      throw new AwsError('ValidationError', `${what} does not exist; deployed are: ${names || 'none'}`);
    }
    for (const [key, deployed] of meant) {
      const stack = force ? { ...deployed.stack, terminationProtection: false } : deployed.stack;
      await this.alone(key, stack, 'DELETE', () => this.deleteOne(key, { ...deployed, stack }));
    }
  }

  /** Answers whether it went well. */
  private bring(stack: Stack): Promise<boolean> {
    const key = keyOf(stack);
    const known = this.deployed.get(key);
    return this.alone(key, stack, known === undefined ? 'CREATE' : 'UPDATE', async () => {
      const brought =
        known === undefined
          ? await deployStack(madeAgain(stack, this.timesDeleted.get(key) ?? 0), this.handlers)
          : await updateStack(known, stack, this.handlers);
      this.deployed.set(key, brought);
    });
  }

  /** Works on a stack, which nobody else may do meanwhile. Answers whether it went well. */
  private async alone(
    key: string,
    { stackName }: Stack,
    doing: 'CREATE' | 'UPDATE' | 'DELETE',
    act: () => Promise<void>,
  ): Promise<boolean> {
    const busy = this.inProgress.get(key);
    if (busy !== undefined)
      throw new AwsError(
        'ValidationError',
        `Stack ${stackName} is in ${busy}_IN_PROGRESS state and can not be updated`,
      );
    this.inProgress.set(key, doing);
    try {
      return await this.keepWhatIsLeft(key, act);
    } finally {
      this.inProgress.delete(key);
    }
  }

  private async deleteOne(key: string, deployed: DeployedStack): Promise<void> {
    await deleteStack(deployed, this.handlers);
    this.forget(key);
  }

  /** A stack of that name is another one from then on. */
  private forget(key: string): void {
    this.deployed.delete(key);
    this.timesDeleted.set(key, (this.timesDeleted.get(key) ?? 0) + 1);
  }

  /** Of a stack that could not even be created nothing is left. */
  private async keepWhatIsLeft(key: string, act: () => Promise<void>): Promise<boolean> {
    try {
      await act();
      return true;
    } catch (error) {
      if (!(error instanceof StackFailed)) throw error;
      if (this.deployed.has(key)) this.deployed.set(key, error.left);
      else this.forget(key);
      this.onFailure(`CloudFormation failed: ${error.message}`);
      return false;
    }
  }
}

const keyOf = ({ accountId, region, stackName }: Stack): string => `${accountId}/${region}/${stackName}`;
