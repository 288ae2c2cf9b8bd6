/// Names for the file of a grown model, from the best on: `grown.h5`, `grown2.h5`, …
///
/// - Parameters:
///   - path: the model that is to grow; none of the names is its own.
///   - isArchive: whether it is a Keras archive, whatever its name says; `nil` to go by its name.
/// - Returns: names in the current folder, at least one.
package func grownNames(for path: String, isArchive: Bool? = nil) -> [String] {
  let name = path.split(separator: "/").last ?? ""
  var ending = name.split(separator: ".").dropFirst().last.map { ".\($0)" } ?? ""
  switch isArchive {
  case true?: ending = ".keras"
  case false? where ending.lowercased() == ".keras": ending = ".h5"
  default: break
  }
  // Keras takes weights alone under this ending only.
  if path.hasSuffix(".weights.h5") { ending = ".weights.h5" }
  let count = 1000
  let names = ["grown\(ending)"] + (2...count).map { "grown\($0)\(ending)" }
  return names.filter { $0 != name }
}
