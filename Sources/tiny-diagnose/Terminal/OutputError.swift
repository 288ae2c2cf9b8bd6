import Glibc
import HDF5

/// Why a report could not be written to standard output or to a device.
struct OutputError: Error, Equatable, CustomStringConvertible {
  let place: String
  /// The `errno` of the call that failed.
  let code: Int32

  var description: String { "\(place): cannot be written: \(String(cString: strerror(code)))" }
  var advice: String { "choose another place with -o, or make room for it" }
}
