import { join } from 'node:path';
import { stringify } from 'yaml';
import * as z from 'zod';
import { rehearsedProduct } from '../bin/rehearsed-product';
import { codeFolder, readAssembly } from '../rehearsal/cloudformation/assembly';
import { ONE_MODEL, settingsOf } from './played';

/** A function as it would be deployed. */
export interface BundledFunction {
  readonly label: string;
  /** The bundle, an absolute path. */
  readonly file: string;
  readonly variables: Readonly<Record<string, string>>;
}

const functionSchema = z.object({
  FunctionName: z.string(),
  Code: z.object({ S3Key: z.string() }),
  Environment: z.object({ Variables: z.record(z.string(), z.unknown()) }),
});

/** Stands for what only a deployment could tell. */
const STAND_IN = 'arn:aws:service:us-east-1:111122223333:stand-in';

/** The application's functions, bundled unless they have been already. */
export async function bundledFunctions(): Promise<readonly BundledFunction[]> {
  const text = stringify(settingsOf([ONE_MODEL]));
  const { assemblyDirectory } = await rehearsedProduct.synthesize({ file: 'bench.yaml', text });
  return readAssembly(assemblyDirectory).flatMap((stack) =>
    [...stack.template.resources.values()]
      .filter(({ type }) => type === 'AWS::Lambda::Function')
      .map(({ properties }) => {
        const { FunctionName, Code, Environment } = functionSchema.parse(properties);
        return {
          label: rehearsedProduct.functionLabel(FunctionName),
          file: join(codeFolder(stack, Code.S3Key), 'index.js'),
          variables: Object.fromEntries(
            Object.entries(Environment.Variables).map(([name, value]) => [
              name,
              typeof value === 'string' ? value : STAND_IN,
            ]),
          ),
        };
      }),
  );
}
