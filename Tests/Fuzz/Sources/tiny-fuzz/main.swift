import CFuzzer
internal import CHDF5
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
if chosen == .statistics, let folder = getenv("TINY_FUZZ_SEEDS") {
  StatisticsTarget.writeSeeds(to: String(cString: folder))
  exit(0)
}

// Before anything else wakes the library, as the program does: its end frees files twice that it could not close.
H5dont_atexit()
// The library clears half a megabyte anew for each file that is opened, unless it may keep what it had.
H5set_free_list_limits(1 << 24, 1 << 22, 4 << 20, 1 << 18, 1 << 24, 1 << 20)

var count = CommandLine.argc
var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
exit(
  LLVMFuzzerRunDriver(&count, &arguments) { data, size in
    FuzzTarget.current.run(on: Array(UnsafeBufferPointer(start: data, count: size)))
    return 0
  })
