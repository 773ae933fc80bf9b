import { testPaths } from './chosen';
import { QUOTAS } from './paths';

testPaths(QUOTAS);
