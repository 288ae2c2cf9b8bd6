import Glibc
import Synchronization

/// Whether the user asked the program to stop, by ^C or `kill`.
///
/// The first time it stops where it can go on later; the second time the system ends it.
enum Interruption {
  private static let isAsked = Atomic<Bool>(false)

  /// From now on the first signal is noted and does nothing else.
  static func watch() {
    // Made now: a handler may only touch what is there.
    isAsked.store(false, ordering: .relaxed)
    for number in [SIGINT, SIGTERM] {
      var action = sigaction()
      action.__sigaction_handler.sa_handler = { _ in
        Interruption.isAsked.store(true, ordering: .relaxed)
      }
      action.sa_flags = Int32(bitPattern: UInt32(SA_RESETHAND))
      sigaction(number, &action, nil)
    }
  }

  /// Whether there was one.
  static var isRequested: Bool { isAsked.load(ordering: .relaxed) }

  /// The exit status of a program that a ^C ended.
  static let exitStatus: Int32 = 130
}
