import { testPaths } from './chosen';
import { FURTHER_COURSE } from './paths';

testPaths(FURTHER_COURSE);
