/** Writes `docs/conformance.md` from the conformance tests. A test fails when the page is out of date. */

import { writeFileSync } from 'node:fs'
import { conformancePage } from '../packages/system/dist/test/conformance/page.js'

writeFileSync(new URL('../docs/conformance.md', import.meta.url), conformancePage())
