public import HDF5

/// Why a model or its data cannot be used.
public struct ModelError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The file as the caller named it.
  public let file: String
  /// The object at fault: a path in the file, or `layer NAME`; `nil` for the file as a whole.
  public let place: String?
  /// The fault.
  public let problem: Problem

  /// Where the fault lies.
  public enum Problem: Equatable, Sendable {
    /// In the file as such: it is absent, damaged, or an object in it is.
    case file(HDF5Error)
    /// In the model: it is no chain of Dense layers, or its parts do not fit together.
    case model(ModelProblem)
    /// In the data: they do not fit the model.
    case data(DataProblem)
  }

  /// Whether a file cannot be used at all (missing, damaged, unsupported), rather than data that do
  /// not fit the model.
  public var isFileUnusable: Bool {
    switch problem {
    case .file(let error): !error.isOfWriting
    case .model(let problem): !problem.isOfWriting
    case .data(let problem): problem.isOfFile
    }
  }

  /// Whether the file to be written was named as one that is read.
  public var isInputNamedAsOutput: Bool {
    if case .file(let error) = problem { error.problem == .isInput } else { false }
  }

  /// This error at the file that the caller knows.
  func named(_ file: String) -> ModelError {
    switch problem {
    case .file(let error):
      ModelError(HDF5Error(file: file, object: error.object, error.problem))
    case .model(let problem):
      place.map { ModelError(file: file, $0, problem) } ?? ModelError(file: file, problem)
    case .data(let problem):
      place.map { ModelError(file: file, $0, problem) } ?? ModelError(file: file, problem)
    }
  }

  /// The fault and its place: the file, the object in it, found and expected.
  public var description: String {
    let location = place.map { "\(file): \($0)" } ?? file
    return switch problem {
    case .file(let error): error.description
    case .model(let problem): printable("\(location): \(problem.description)")
    case .data(let problem): printable("\(location): \(problem.description)")
    }
  }

  /// The remedy, as one line.
  public var advice: String {
    switch problem {
    case .file(let error): error.advice
    case .model(let problem): printable(problem.advice)
    case .data(let problem): printable(problem.advice)
    }
  }

  init(_ cause: HDF5Error) {
    file = cause.file
    place = cause.object
    problem = .file(cause)
  }

  init(file: String, _ place: String, _ problem: ModelProblem) {
    (self.file, self.place, self.problem) = (file, place, .model(problem))
  }

  init(file: String, _ place: String, _ problem: DataProblem) {
    (self.file, self.place, self.problem) = (file, place, .data(problem))
  }

  init(file: String, _ problem: ModelProblem) {
    (self.file, place, self.problem) = (file, nil, .model(problem))
  }

  init(file: String, _ problem: DataProblem) {
    (self.file, place, self.problem) = (file, nil, .data(problem))
  }
}

/// Runs `body`, whose errors become the cause of a `ModelError`.
func reading<Result>(_ body: () throws(HDF5Error) -> Result) throws(ModelError) -> Result {
  do throws(HDF5Error) {
    return try body()
  } catch {
    throw ModelError(error)
  }
}
