import { testPaths } from './chosen';
import { UNHEARD } from './paths';

testPaths(UNHEARD);
