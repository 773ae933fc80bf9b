import { testPaths } from './chosen';
import { FIRST_ALARMS } from './paths';

testPaths(FIRST_ALARMS);
