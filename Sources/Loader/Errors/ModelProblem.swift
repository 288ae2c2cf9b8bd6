internal import HDF5

/// A fault of a model, apart from the file it is in.
public enum ModelProblem: Error, Equatable, Sendable {
  // The archive it is in:
  case archive(ZipProblem), safetensors(SafeTensorsProblem)

  // No whole model:
  case unknownLayout(found: [String])
  case weightsOnly, stateDictionary(layers: [String]), recordedActivations
  case kernelList(layers: [String], ofScikitLearn: Bool), kernelSides([String]),
    kernelSidesNotNeeded
  case recordedWithoutWeights(layers: [String])
  case architectureNotNeeded, activationsNotNeeded
  case activationCount(found: Int, layers: [String])
  case layerOrder([String])
  case notFlat(found: [Int]), convolutions(head: [String])
  case normalizationPlace(layers: [String])
  case noLayerFor
  case newerVersion(found: Int, known: Int)

  // The description of the architecture:
  case missingAttribute(String)
  case notJSON
  case nestedTooDeep(limit: Int)
  case setting(String, found: String, expected: String)

  // The architecture itself:
  case noLayers, noDenseLayer
  case inputs([String]), outputs([String])
  case unsupportedLayer(className: String)
  case customLayer(className: String)
  case usedSeveralTimes(Int)
  case severalConsumers([String])
  case severalTensors([String])
  case notConnected
  case calledInTraining
  case quantized
  case rank(samples: [Int], className: String)
  case flattenAfterDense
  case axis(String)
  case widthMismatch(found: Int, expected: Int)
  case unknownActivation(String)
  case customActivation(String)
  case rowActivationNotLast(String)

  // Weights:
  case outsideGroup(name: String)
  case weightNames(found: Int, expected: [String])
  case noWeights(listed: Int)
  case weightsLeftOver(listed: Int, expected: Int)
  case shape(found: [Int], expected: String)
  case notFollowing(found: [Int], units: Int)
  case notFinite(value: Double, index: [Int])
  case negativeVariance(value: Double, index: [Int])
  case unknownMember(String)
  case layerName(String)
  case tooManyLayers(Int)

  // The loss:
  case unknownLoss(String), lossNotTold
  case lossSetting(String)

  // Writing:
  case cannotHold(value: Double, elements: String)
  case cannotWiden(className: String)
  case changedMeanwhile
  case readsBackDifferently
  case refused(reason: String)
  case notWritable(String)

  // A saved training:
  case noCheckpoint
  case checkpoint(String)
  case checkpointLeft

  /// Whether the fault lies in what was to be written, and not in a file that was read.
  var isOfWriting: Bool {
    switch self {
    case .cannotHold, .cannotWiden, .changedMeanwhile, .readsBackDifferently, .refused,
      .notWritable:
      true
    case .archive(let problem): problem.isOfWriting
    default: false
    }
  }
}

extension ModelProblem: CustomStringConvertible {
  /// The fault, as it stands after the place.
  public var description: String {
    switch self {
    case .archive(let problem): problem.description
    case .safetensors(let problem): problem.description
    case .unknownLayout(let found):
      "holds no model in a known layout" + (found.isEmpty ? "; it is empty" : "")
    case .weightsOnly: "holds weights without their architecture"
    case .stateDictionary(let layers):
      "holds weights of \(layers.count) layers (\(listText(layers))) without their activations"
    case .kernelList(let layers, let ofScikitLearn):
      "holds \(ofScikitLearn ? "scikit-learn's " : "")weights of \(layers.count) layers "
        + "(\(listText(layers))) without their activations"
    case .kernelSides(let layers):
      "does not tell whether \(listText(layers)) are (inputs, units) or (units, inputs): both fit"
    case .kernelSidesNotNeeded: "tells the sides of its kernels itself"
    case .noLayerFor: "holds weights of a layer that the architecture does not have"
    case .architectureNotNeeded: "holds its own architecture"
    case .activationsNotNeeded: "tells its activations itself"
    case .activationCount(let found, let layers):
      "\(found) activations are named for \(layers.count) layers: \(listText(layers))"
    case .layerOrder(let names): "does not tell the order of the layers \(listText(names))"
    case .notFlat(let found):
      "shape \(shapeText(found)), expected (outputs, inputs) of a fully connected layer"
    case .convolutions(let head):
      "is of a convolution; the fully connected layers of the file are \(listText(head))"
    case .normalizationPlace(let layers):
      "normalizes, and its name does not tell which of \(listText(layers)) it follows"
    case .recordedActivations: "holds recorded activations, and no model"
    case .recordedWithoutWeights(let layers):
      "holds recorded activations without the weights of \(listText(layers))"
    case .newerVersion(let found, let known):
      "is version \(found) of the layout; this program knows up to \(known)"
    case .missingAttribute(let name): "has no attribute \(name)"
    case .notJSON: "is not valid JSON"
    case .nestedTooDeep(let limit): "is nested more than \(limit) levels deep"
    case .setting(let name, let found, let expected): "\(name) is \(found), expected \(expected)"
    case .noLayers: "describes no layers"
    case .noDenseLayer: "the model has no Dense layer"
    case .inputs(let names): "the model has \(names.count) inputs\(colonList(names)), expected one"
    case .outputs(let names):
      "the model has \(names.count) outputs\(colonList(names)), expected one"
    case .unsupportedLayer(let className): "\(className) layers are not supported"
    case .customLayer(let className): "\(className) is a class of its author's own"
    case .usedSeveralTimes(let count): "is used \(count) times"
    case .severalConsumers(let names): "feeds \(names.count) layers: \(listText(names))"
    case .severalTensors(let names): "takes \(names.count) inputs: \(listText(names))"
    case .notConnected: "is not connected to the model's input and output"
    case .calledInTraining: "is called with training=True"
    case .quantized: "is quantized"
    case .rank(let samples, let className):
      "\(className) acts on samples of shape \(shapeText(samples)), expected one dimension"
    case .flattenAfterDense: "reshapes between Dense layers"
    case .axis(let axis): "acts on axis \(axis), expected the last one"
    case .widthMismatch(let found, let expected): "gives \(found) numbers, expected \(expected)"
    case .unknownActivation(let name): "the activation \(name) is not known"
    case .customActivation(let name): "the activation \(name) is of its author's own"
    case .rowActivationNotLast(let name):
      "\(name) couples all units, and is not the last step of the model"
    case .outsideGroup(let name): "\"\(name)\" is not inside the layer's group"
    case .weightNames(let found, let expected):
      "lists \(found) weights, expected \(expected.joined(separator: ", "))"
    case .noWeights(let listed): "has no weights: the file lists \(listed) layers with weights"
    case .weightsLeftOver(let listed, let expected):
      "lists \(listed) layers with weights, the architecture has \(expected)"
    case .shape(let found, let expected): "shape \(shapeText(found)), expected \(expected)"
    case .notFollowing(let found, let units):
      "shape \(shapeText(found)) does not follow the previous layer's \(units) units"
    case .notFinite(let value, let index):
      "\(entry(index))is \(value), "
        + (value.isFinite ? "too large for 32 bits" : "expected a finite number")
    case .negativeVariance(let value, let index):
      "\(entry(index))is \(value), expected a variance of 0 or more"
    case .unknownMember(let name): "has a member \(name), which the layout does not know"
    case .layerName(let name): "\"\(name)\" is no layer's name"
    case .tooManyLayers(let limit): "holds more than \(limit) layers"
    case .unknownLoss(let name): "the loss \(name) is not known"
    case .lossNotTold: "names no loss"
    case .lossSetting(let setting): "the loss has \(setting), which is not supported"
    case .cannotHold(let value, let elements): "holds \(elements), which cannot hold \(value)"
    case .cannotWiden(let className):
      "\(className) cannot scale and shift new units as they need it"
    case .changedMeanwhile: "has changed since it was read"
    case .readsBackDifferently: "read back with other numbers than were written"
    case .refused(let reason): "was not accepted: \(reason)"
    case .notWritable(let what): "a new file of this layout cannot say \(what)"
    case .noCheckpoint: "holds no training to go on with"
    case .checkpointLeft: "holds a training that was not finished"
    case .checkpoint(let problem): "its training cannot go on: \(problem)"
    }
  }
}

private func entry(_ index: [Int]) -> String {
  index.isEmpty ? "" : "entry \(shapeText(index)) "
}

private func colonList(_ names: [String]) -> String {
  names.isEmpty ? "" : " (\(listText(names)))"
}
