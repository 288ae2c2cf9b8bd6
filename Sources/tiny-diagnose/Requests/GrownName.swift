import Glibc
import Reports

/// The name for a grown model in a command that is printed: the first at which there is no file yet, so that
/// the command works as it stands.
///
/// - Parameters:
///   - path: the model that is to grow.
///   - isArchive: whether it is a Keras archive; `nil` to go by its name.
/// - Returns: `nil` where all names are taken.
func freeGrownName(for path: String, isArchive: Bool?) -> String? {
  grownNames(for: path, isArchive: isArchive).first { name in
    var status = stat()
    return lstat(name, &status) != 0
  }
}
