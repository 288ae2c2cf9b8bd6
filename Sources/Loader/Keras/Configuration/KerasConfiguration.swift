internal import HDF5

/// The JSON text that describes the layers of a model, and where it stands.
struct KerasConfiguration: Sendable {
  let text: String
  /// The file it is in, and the object or the member there; `nil` if the file is nothing else.
  let file: String
  let place: String?

  func failure(_ problem: ModelProblem) -> ModelError {
    place.map { ModelError(file: file, $0, problem) } ?? ModelError(file: file, problem)
  }
}
