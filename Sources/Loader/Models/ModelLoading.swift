internal import HDF5
import Networks

/// Reads the model in a file, whatever its layout.
///
/// Looks at the content and never at the file's extension. Reads the weights, and no samples.
///
/// - Throws: `ModelError` if the file cannot be read, holds no model, or holds one that is no chain
///   of Dense layers; it names the object at fault, what was expected and what was found.
public func loadModel(
  at path: String, _ options: ModelOptions = ModelOptions()
) throws(ModelError) -> LoadedModel {
  let layout = try ModelLayout(at: path, options)
  var model = try layout.load()
  let history = GrowthHistory(of: layout.file)
  model.history = history.records
  if history.isUnreadable {
    model.notes.append("The history in \(GrowthHistory.attribute) was not understood.")
  }
  model.options = options
  return model
}

/// The layouts that are known and not read, by their marks.
func unreadLayout(of file: File) throws(HDF5Error) -> ModelProblem {
  let root = file.root
  return .unknownLayout(found: try root.childNames(limit: 200))
}
