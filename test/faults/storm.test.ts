import { testPaths } from './chosen';
import { STORM } from './paths';

testPaths(STORM);
