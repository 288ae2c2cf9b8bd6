import CFuzzer
import Glibc

// tiny-fuzz: libFuzzer, and what it is to try its bytes on: TINY_FUZZ_TARGET names it, as libFuzzer
// starts itself again with its own options only.

let name = getenv("TINY_FUZZ_TARGET").map { String(cString: $0) } ?? ""
guard let chosen = FuzzTarget(rawValue: name) else {
  let names = FuzzTarget.allCases.map(\.rawValue).joined(separator: ", ")
  print("TINY_FUZZ_TARGET is \"\(name)\", expected one of \(names)")
  exit(64)
}
FuzzTarget.current = chosen

var count = CommandLine.argc
var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
exit(
  LLVMFuzzerRunDriver(&count, &arguments) { data, size in
    FuzzTarget.current.run(on: Array(UnsafeBufferPointer(start: data, count: size)))
    return 0
  })
