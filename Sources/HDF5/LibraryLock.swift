internal import CHDF5
internal import Synchronization

// The C library is not assumed to be thread-safe: every call of it, in the whole package, is made
// inside `withLibrary`. The lock is not recursive, so nothing that owns a `Handle` may be created
// or let go of inside.

private let library = Mutex(false)

/// Runs `body`, which may call the C library, while nobody else does.
package func withLibrary<Result: Sendable>(
  _ body: () throws(HDF5Error) -> Result
) throws(HDF5Error) -> Result {
  try library.withLock { (isSetUp) throws(HDF5Error) in
    prepare(&isSetUp)
    return try body()
  }
}

private func prepare(_ isSetUp: inout Bool) {
  if !isSetUp {
    // What could not be written is given up; the library would try again when the program ends.
    H5dont_atexit()
    H5open()
    // A file may not name other files to read, nor code to load.
    H5Lunregister(H5L_TYPE_EXTERNAL)
    H5PLset_loading_state(0)
    LZF.register()
    StoredReferences.register()
    isSetUp = true
  }
  td_silence_errors()
}

/// Owns an identifier of the C library, and gives it back once.
final class Handle: Sendable {
  private let id: hid_t

  init(_ id: hid_t) { self.id = id }

  /// Runs `body` with the identifier, inside the library's lock.
  func use<Result: Sendable>(
    _ body: (hid_t) throws(HDF5Error) -> Result
  ) throws(HDF5Error) -> Result {
    // Let go of inside the lock, the handle would wait for it forever.
    defer { withExtendedLifetime(self) {} }
    return try withLibrary { () throws(HDF5Error) in try body(id) }
  }

  deinit {
    library.withLock { isSetUp in
      prepare(&isSetUp)
      _ = H5Idec_ref(id)
    }
  }
}

/// The C library's message on its last failure, innermost cause first. Call it inside the lock.
func libraryMessage() -> String {
  withUnsafeTemporaryAllocation(of: CChar.self, capacity: 2048) { text in
    guard let start = text.baseAddress else { return "" }
    td_error_text(start, text.count)
    return String(cString: start)
  }
}

/// The innermost cause alone, for a message.
func libraryCause() -> String {
  let cause = libraryMessage().prefix { $0 != ";" }
  return cause.isEmpty ? "no reason given" : String(cause)
}

/// The number of the system's error that stopped the library, if it knows one.
func librarySystemError() -> Int32? {
  // "file read failed: time = …, errno = 5, error message = 'Input/output error', buf = …"
  let message = libraryMessage()
  guard let range = message.firstRange(of: "errno = ") else { return nil }
  let code = Int32(message[range.upperBound...].prefix { $0.isWholeNumber })
  return code == 0 ? nil : code
}

/// Why the library could not read: the system's own reason, or the innermost cause.
func libraryProblem() -> HDF5Error.Problem {
  librarySystemError().map { .diskFailed(code: $0) } ?? .unreadable(libraryCause())
}
