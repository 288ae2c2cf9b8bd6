import ArgumentParser
import Glibc
import Growth
import HDF5
import LinearAlgebra
import Networks

@testable import Loader
@testable import tiny_diagnose

/// What is tried: a way in which bytes from outside come into the program.
///
/// An error is what a damaged file should give; only a trap, a signal, a hang or too much memory is a
/// finding, and an error that names nothing.
enum FuzzTarget: String, CaseIterable {
  /// An HDF5 file as a model, as samples of a good model, and as a file to be listed.
  case hdf5
  /// Every object of an HDF5 file, whatever it is for.
  case objects
  /// A `.keras` archive.
  case keras
  /// A model of either kind that gains a neuron in a hidden layer and is written again.
  case growth
  /// A file of safetensors as a model, which also gains neurons.
  case safetensors
  /// An array of NumPy's, or an archive of such, as samples of a good model.
  case numpy
  /// Tables that pandas stored, as samples of a good model.
  case pandas
  /// Recorded activations, of one block or several, which are also grown.
  case recording
  /// What `statistics` wrote of a share of some samples, which is merged.
  case statistics
  /// The JSON that describes the layers, and the one that describes the loss.
  case configuration
  /// Command lines, one argument a line.
  case arguments

  nonisolated(unsafe) static var current = FuzzTarget.hdf5

  /// Whether the bytes are those of a file, where what moves makes the rest unreadable.
  var isOfFiles: Bool { self != .configuration && self != .arguments }

  func run(on bytes: [UInt8]) {
    switch self {
    case .hdf5: tryFile(bytes, isModelOnly: false)
    case .objects: tryObjects(bytes)
    case .keras: tryFile(bytes, isModelOnly: true)
    case .growth: tryGrowth(bytes)
    case .safetensors:
      tryFile(bytes, isModelOnly: true)
      tryGrowth(bytes)
    case .numpy: tryArrays(bytes)
    case .pandas: tryTables(bytes)
    case .recording:
      tryRecording(bytes)
      tryGrowth(bytes)
    case .statistics:
      MemoryFile.only.write(bytes)
      StatisticsTarget.run(at: MemoryFile.only.path)
    case .configuration: tryConfiguration(bytes)
    case .arguments: tryArguments(bytes)
    }
  }
}

// MARK: Files

/// What a file may have to be told with, one after the other.
private var choices: [ModelOptions] {
  if FuzzTarget.current == .safetensors { return [ModelOptions(activations: [.relu, .softmax])] }
  if FuzzTarget.current == .recording {
    var options = ModelOptions()
    options.isRecording = true
    return [options]
  }
  return [
    ModelOptions(), ModelOptions(architecture: Seeds.architecture),
    ModelOptions(activations: [.relu, .relu, .softmax]),
  ]
}

private func tryFile(_ bytes: [UInt8], isModelOnly: Bool) {
  MemoryFile.only.write(bytes)
  let path = MemoryFile.only.path
  var isSurveyed = false
  for options in choices {
    do throws(ModelError) {
      let model = try loadModel(at: path, options)
      if model.carriesData { try readAll(of: model, SampleOptions()) }
      break
    } catch {
      check(error)
      guard error.isOfContent else { break }
      // What is found in a file does not depend on how it could not be read.
      if isSurveyed { continue }
      isSurveyed = true
      do throws(ModelError) { _ = try survey(at: path, after: error) } catch { check(error) }
    }
  }
  if isModelOnly { return }
  do throws(ModelError) {
    try readAll(of: Seeds.model, SampleOptions(data: [path]))
  } catch {
    check(error)
  }
}

private func tryArrays(_ bytes: [UInt8]) {
  MemoryFile.only.write(bytes)
  let path = MemoryFile.only.path
  let ways = [
    SampleOptions(data: [path]), SampleOptions(inputs: path, targets: path),
    SampleOptions(inputs: "\(path):a", targets: "\(path):b"),
    SampleOptions(inputs: path, targets: Seeds.labels),
    SampleOptions(inputs: Seeds.rows, targets: path),
  ]
  trySamples(at: path, ways)
}

private func tryTables(_ bytes: [UInt8]) {
  MemoryFile.only.write(bytes)
  let path = MemoryFile.only.path
  trySamples(at: path, [SampleOptions(data: [path], targets: "kind"), SampleOptions(data: [path])])
}

private func trySamples(at path: String, _ ways: [SampleOptions]) {
  for options in ways {
    do throws(ModelError) { try readAll(of: Seeds.sixInputs, options) } catch { check(error) }
  }
  do throws(ModelError) {
    _ = try loadModel(at: path)
  } catch {
    check(error)
    guard error.isOfContent else { return }
    do throws(ModelError) { _ = try survey(at: path, after: error) } catch { check(error) }
  }
}

private func tryRecording(_ bytes: [UInt8]) {
  MemoryFile.only.write(bytes)
  do throws(ModelError) {
    guard let opened = try openRecording(at: MemoryFile.only.path) else { return }
    for recording in [opened.training] + (opened.validation.map { [$0] } ?? []) {
      let rows = 0..<min(recording.sampleCount, 1024)
      var inputs = Matrix<Float>(rows: 0, columns: 0)
      _ = try recording.read(rows, into: &inputs)
      precondition(inputs.storage.allSatisfy(\.isFinite), "a number that is not finite")
      precondition(recording.notes.allSatisfy { !$0.isEmpty }, "a note that says nothing")
      _ = recording.readGroups(rows)
    }
  } catch {
    check(error)
  }
}

private func tryObjects(_ bytes: [UInt8]) {
  MemoryFile.only.write(bytes)
  var errors: [HDF5Error] = []
  do throws(HDF5Error) {
    errors = Contents(of: try File(MemoryFile.only.path)).errors
  } catch {
    errors = [error]
  }
  for error in errors {
    precondition(!error.description.isEmpty && !error.advice.isEmpty, "an error that says nothing")
  }
}

private func tryGrowth(_ bytes: [UInt8]) {
  MemoryFile.only.write(bytes)
  for options in choices {
    do throws(ModelError) {
      let model = try loadModel(at: MemoryFile.only.path, options)
      for layer in model.network.layers.indices.dropLast() {
        guard let wider = model.network.widened(layer) else { continue }
        try write(
          wider, grownFrom: model, to: MemoryFile.only.path + "-grown",
          options: WritingOptions(overwrite: true, withData: true))
      }
      break
    } catch {
      check(error)
    }
  }
}

extension Network<Float> {
  /// The network with one more unit in a hidden layer; `nil` where none can be added.
  fileprivate func widened(_ layer: Int) -> Network? {
    let (rows, columns) = (layers[layer].weights.rows, layers[layer + 1].outputs)
    // A network as wide as that takes its time without being a fault.
    guard layers.allSatisfy({ $0.weights.storage.count < 1 << 20 }) else { return nil }
    let addition = Addition(
      layer: layer,
      fanIn: Matrix(rows: rows, columns: 1, storage: Array(repeating: 1, count: rows)),
      fanOut: Matrix(rows: 1, columns: columns, storage: Array(repeating: 0, count: columns)))
    return try? grown(by: addition)
  }
}

private func readAll(of model: LoadedModel, _ options: SampleOptions) throws(ModelError) {
  let samples = try openSamples(for: model, options).training
  var inputs = Matrix<Float>(rows: 0, columns: 0)
  // As many as a block of a diagnosis; a file may honestly hold more than memory does.
  _ = try samples.read(0..<min(samples.sampleCount, 1024), into: &inputs)
  precondition(inputs.storage.allSatisfy(\.isFinite), "an input that is not finite was let through")
}

private func check(_ error: ModelError) {
  precondition(!error.description.isEmpty && !error.advice.isEmpty, "an error that says nothing")
}

/// Good files from `fixtures/`, which the program is started beside.
private enum Seeds {
  static let architecture = "fixtures/every-format/architecture.json"
  static let weights = "fixtures/every-format/model.weights.h5"
  static let rows = "fixtures/forms/x.npy"
  static let labels = "fixtures/forms/y.npy"
  static let model = load("fixtures/hostile/model-4-3-2.h5")
  /// What the samples in `fixtures/forms` belong to.
  static let sixInputs = load(
    "fixtures/forms/samples-model.h5", ModelOptions(activations: [.tanh, .softmax]))

  private static func load(
    _ path: String, _ options: ModelOptions = ModelOptions()
  ) -> LoadedModel {
    do {
      return try loadModel(at: path, options)
    } catch {
      fatalError("\(error): start tiny-fuzz beside fixtures/")
    }
  }
}

/// The file that holds what is tried, in a folder of memory that `Tests/Fuzz/run` makes and removes.
struct MemoryFile {
  static let only = MemoryFile()

  let path: String
  private let descriptor: Int32

  private init() {
    let folder = getenv("TINY_FUZZ_FOLDER").map { String(cString: $0) } ?? "/tmp"
    path = "\(folder)/tiny-fuzz-\(getpid())"
    descriptor = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    precondition(descriptor >= 0, "\(path) cannot be written")
  }

  func write(_ bytes: [UInt8]) {
    ftruncate(descriptor, 0)
    precondition(pwrite(descriptor, bytes, bytes.count, 0) == bytes.count, "\(path): too short")
  }
}

// MARK: Text

private func tryConfiguration(_ bytes: [UInt8]) {
  guard let text = String(validating: bytes, as: UTF8.self) else { return }
  _ = KerasLoss(training: text, isKeras3: true, file: "fuzz", place: "/")
  if var document = try? EditableJSON(text) {
    visit(document.root, in: document)
    document.replace(document.root, by: "0")
    precondition(!document.edited.isEmpty, "a document that vanished")
  }
  do throws(ModelError) {
    let configuration = KerasConfiguration(text: text, file: "fuzz", place: nil)
    let architecture = try KerasArchitecture(parsing: configuration)
    for layer in architecture.layers {
      _ = try layer.weightNames()
      _ = try layer.sampleShape()
    }
  } catch {
    return check(error)
  }
  MemoryFile.only.write(bytes)
  do throws(ModelError) {
    _ = try loadModel(at: Seeds.weights, ModelOptions(architecture: MemoryFile.only.path))
  } catch {
    check(error)
  }
}

private func visit(_ node: EditableJSON.Node, in document: EditableJSON) {
  precondition(!document.text(of: node).isEmpty, "a value without text")
  for part in node.parts { visit(part, in: document) }
}

private func tryArguments(_ bytes: [UInt8]) {
  let text = String(decoding: bytes, as: UTF8.self)
  let arguments = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  do {
    _ = try TinyDiagnose.parseAsRoot(arguments)
  } catch {
    if let failure = Failure(error, ArgumentAdvice(arguments)) {
      precondition([1, 3, 64].contains(failure.exitCode), "exit code \(failure.exitCode)")
      precondition(failure.message != "error: \n", "no message")
    } else {
      precondition(TinyDiagnose.exitCode(for: error).rawValue == 0, "an error without a message")
      precondition(!TinyDiagnose.fullMessage(for: error).isEmpty, "no help")
    }
  }
  for argument in arguments { _ = DatasetAddress(argument) }
}
