type Log = (...values: unknown[]) => void
const tick = async <T>(value: T): Promise<T> => value
const $e1 = 'module e1', $f1 = () => 'module f1', $k1 = 1, $c1 = 2, $apply2 = 3
class $Box { constructor(readonly $value: unknown) {} }
export async function main(log: Log): Promise<string> {
  const $apply = await tick(1), $initialized = 2, $value = 3, $frame = 4, $p = 5, $1 = 6, $this = 7, $result = 8, $r = 9, $ = 10
  let $U: any, $S = 11
  const $callable = () => $value + $1, _$p = 12
  try { return await tick('x') } finally { log($apply, $initialized, $value, $frame, $p, $1, $this, $result, $r, $, $U, $S, $callable(), _$p, $e1, $f1(), $k1, $c1, $apply2) ; log(sync(1)($callable), new $Box(1)) ; log(await (async ($value: any, $thrown = await0($value)) => [await tick($value), $thrown])(5)) }
}
const await0 = (x: any) => x + 1
function sync($apply: any) {
  const $initialized = (x: any) => [x, $apply], _$initialized = 'other', $i = 3; let $r = 1; var $S = 2
  function $callable(): any { return $callable.name }
  for (const $U of [1]) $r += $U
  return ($keyed: any) => { const { $rename = $keyed, ...$rest }: any = { other: 1 }; const o = { $rename, $rest, get $accessor() { return $apply } }; return [$initialized(1), _$initialized, $i, $r, $S, $callable(), o, class { $x = $apply }.name] }
}
