internal import HDF5

/// A fault of samples, apart from the file they are in.
public enum DataProblem: Error, Equatable, Sendable {
  // Finding them:
  case noSamples(wanted: String)
  case noneNamed(Role, present: [String], wanted: String)
  case ambiguous(Role, candidates: [String])
  case targetsMissing(areHeldOut: Bool)
  case numpy(NumpyProblem), pandas(String)

  // Several files as one:
  case noFileMatches
  case namedTwice(other: String)
  case ownFileOfSeveral(Role, name: String)
  case notInEveryFile(Role, other: String)
  case joinedShape(found: [Int], expected: [Int], file: String)
  case joinedType(found: String, expected: String, file: String)

  // Their shapes:
  case notNumbers(found: String)
  case inputShape(found: [Int], expected: String)
  case targetShape(found: [Int], expected: String, loss: String, fitting: String?)
  case oneHotForLabels(found: [Int])
  case labelsForOneHot(found: [Int], expected: String)
  case wordsForAmounts(loss: String)
  case rowCount(found: Int, expected: Int, other: String)
  case tooFew(Int)
  case weightShape(found: [Int])

  // Their values:
  case notFinite(value: Double, row: Int, column: Int)
  case unknownClass(String, row: Int, known: [String])
  case label(value: Double, row: Int, classes: Int, fitting: String?)
  case rowSum(Double, row: Int)
  case outsideUnitInterval(value: Double, row: Int, column: Int)
  case negativeWeight(Double, row: Int)
  case noWeight
  case weightTooSmall(Double)

  // A recording:
  case recordedShape(found: [Int], expected: String)
  case recordedNotFollowing(found: [Int], units: Int)
  case recordedTooWide(inputs: Int, units: Int)
  case recordedMember(String)
  case recordedTwice
  case notRecorded
  case recordedLayerCount(found: Int, expected: Int)
  case recordedOtherwise(layer: String)

  // Groups of samples:
  case groupShape(found: [Int])
  case notGroups(found: String)
  case oneGroup

  // Statistics of a share of samples:
  case notStatistics
  case statisticsVersion(Int)
  case statisticsProgram(found: String, expected: String)
  case statisticsProcessor(found: String, expected: String)
  case damagedStatistics

  // The loss:
  case noLoss(activation: String)
  case classesOrAmounts(largest: Double)

  /// A part of samples.
  public enum Role: String, Sendable {
    case inputs, targets, groups
    case sampleWeights = "sample-weights"

    /// As it stands in a sentence.
    var words: String { self == .sampleWeights ? "sample weights" : rawValue }
  }
}

extension DataProblem: CustomStringConvertible {
  /// The fault, as it stands after the place.
  public var description: String {
    switch self {
    case .noSamples: "holds no samples"
    case .noneNamed(let role, _, _): "holds no \(role.rawValue) under a known name"
    case .ambiguous(let role, let candidates):
      "\(listText(candidates)) could all be the \(role.words)"
    case .targetsMissing: "holds one array, the inputs: the targets are missing"
    case .numpy(let problem): problem.description
    case .pandas(let kind): "is stored by pandas as \(kind.isEmpty ? "nothing known" : kind)"
    case .noFileMatches: "no file matches"
    case .namedTwice(let other): "is named twice, also as \(other)"
    case .ownFileOfSeveral(let role, let name):
      "\(name) is one file for the \(role.words), but the samples are in several"
    case .notInEveryFile(let role, let other): "holds no \(role.words), but \(other) does"
    case .joinedShape(let found, let expected, let file):
      "shape \(shapeText(found)) does not go on \(shapeText(expected)) of \(file)"
    case .joinedType(let found, let expected, let file):
      "holds \(found), expected \(expected) as in \(file)"
    case .notNumbers(let found): "holds \(found), expected numbers"
    case .inputShape(let found, let expected): "shape \(shapeText(found)), expected \(expected)"
    case .targetShape(let found, let expected, let loss, _):
      "shape \(shapeText(found)), expected \(expected) for the loss \(loss)"
    case .oneHotForLabels(let found):
      "shape \(shapeText(found)), expected one label per row for the loss "
        + "sparse_categorical_crossentropy"
    case .labelsForOneHot(let found, let expected):
      "shape \(shapeText(found)), expected \(expected) for the loss categorical_crossentropy"
    case .wordsForAmounts(let loss): "holds text, expected numbers for the loss \(loss)"
    case .rowCount(let found, let expected, let other):
      "\(found) rows, expected \(expected) as in \(other)"
    case .tooFew(let count): "\(count) \(count == 1 ? "row" : "rows"), expected 2 or more"
    case .notFinite(let value, let row, let column):
      value.isFinite
        ? "row \(row), column \(column) is \(value), too large for 32 bits"
        : "row \(row), column \(column) is \(value), expected a finite number"
    case .unknownClass(let word, let row, let known):
      "row \(row) is \(word), which is none of the classes \(listText(known))"
    case .label(let value, let row, let classes, _):
      classes == 1
        ? "row \(row) is \(short(value)), expected a class, and a model of one output knows none but 0"
        : "row \(row) is \(short(value)), expected a class from 0 to \(classes - 1)"
    case .groupShape(let found):
      "shape \(shapeText(found)), expected one group for each sample, (n,) or (n, 1)"
    case .notGroups(let found): "holds \(found), expected numbers or text"
    case .oneGroup: "all samples are of one group, expected 2 or more"
    case .rowSum(let sum, let row): "row \(row) sums to \(short(sum)), expected 1"
    case .outsideUnitInterval(let value, let row, let column):
      "row \(row), column \(column) is \(short(value)), expected a number from 0 to 1"
    case .weightShape(let found): "shape \(shapeText(found)), expected (n,), one weight per sample"
    case .negativeWeight(let value, let row): "row \(row) is \(short(value)), expected 0 or more"
    case .noWeight: "holds nothing but zeros, which leave no sample"
    case .weightTooSmall(let value): "holds nothing above \(value), too small to divide by"
    case .recordedShape(let found, let expected):
      "shape \(shapeText(found)), expected \(expected)"
    case .recordedNotFollowing(let found, let units):
      "shape \(shapeText(found)) does not follow the previous layer's \(units) units"
    case .recordedTooWide(let inputs, let units):
      "\(units) units of \(inputs) inputs are more than can be diagnosed"
    case .recordedMember(let name): "has a member \(name), which the layout does not know"
    case .recordedTwice: "holds gradient and desired_update, each the other's negative"
    case .notRecorded: "holds the weights of a layer, and nothing recorded of it"
    case .recordedLayerCount(let found, let expected):
      "\(found) layers, expected \(expected) as among the samples to fit on"
    case .recordedOtherwise(let layer):
      "has not the widths, bias and activation of \(layer) among the samples to fit on"
    case .notStatistics: "holds no statistics of a share of samples"
    case .statisticsVersion(let version): "holds statistics in version \(version) of the layout"
    case .statisticsProgram(let found, let expected):
      "was made by version \(found) of this program, expected \(expected)"
    case .statisticsProcessor(let found, let expected):
      "was made on a \(found), and this processor is a \(expected), which rounds in another way"
    case .damagedStatistics: "holds other numbers than were written"
    case .noLoss(let activation): "the loss cannot be told from outputs by \(activation)"
    case .classesOrAmounts(let largest):
      "whole numbers up to \(short(largest)) are too many classes"
    }
  }

  /// The remedy.
  public var advice: String {
    switch self {
    case .noSamples(let wanted): "name a file that holds \(wanted)"
    case .noneNamed(_, let present, let wanted):
      "name the dataset; " + Self.choiceText(present: present, wanted: wanted)
    case .ambiguous(_, _): "name one of them"
    case .targetsMissing(let areHeldOut):
      "name the targets\(areHeldOut ? " of these samples" : ""); those of an autoencoder, too, whose "
        + "targets are its inputs"
    case .numpy(let problem): problem.advice
    case .pandas: "store it as a table: frame.to_hdf('data.h5', key='df', format='table')"
    case .noFileMatches: "name files that are there, or another pattern"
    case .namedTwice: "name it once, or its samples would count twice"
    case .ownFileOfSeveral(let role, _):
      "write the \(role.words) into the files of their samples, and name the dataset alone"
    case .notInEveryFile(.sampleWeights, _):
      "write them into every file, or let all samples count alike"
    case .notInEveryFile: "write them into every file"
    case .joinedShape, .joinedType:
      "files that are read as one need rows of one shape and one type: leave one out, or write it again"
    case .notNumbers: "write them as numbers: a table as one array, words as classes from 0"
    case .inputShape: "write one row per sample, as the model takes them"
    case .targetShape(_, _, _, let fitting?), .label(_, _, _, let fitting?):
      "the loss that fits these targets is \(fitting)"
    case .targetShape(let found, _, _, nil) where found.count == 1:
      "write a row for each sample, with a number for each output, or name another loss"
    case .targetShape: "write one row per sample, or name another loss"
    case .oneHotForLabels: "for one-hot rows name the loss categorical_crossentropy"
    case .labelsForOneHot: "for labels name the loss sparse_categorical_crossentropy"
    case .wordsForAmounts:
      "write amounts as numbers; words are classes, and a loss of classes is sparse_categorical_crossentropy"
    case .rowCount: "inputs, targets and sample weights need as many rows each"
    case .tooFew: "give more samples: those the model was trained on, or more that judge"
    case .notFinite: "leave the sample out, or fill the gap"
    case .unknownClass: "leave the sample out, or give the model a class for it"
    case .label: "write classes as whole numbers, counted from 0"
    case .groupShape, .notGroups: "name the dataset with a number or a name for each sample"
    case .oneGroup: "name no groups, or give validation samples of other groups"
    case .rowSum:
      "write one-hot rows or probabilities, or name binary_crossentropy for labels that may hold together"
    case .outsideUnitInterval:
      "write binary targets as 0 and 1, or probabilities; of amounts name a loss such as mean_squared_error"
    case .weightShape, .negativeWeight, .noWeight, .weightTooSmall:
      "name other weights, or let all samples count alike"
    case .recordedShape: "record every layer, one row per sample, in the same pass"
    case .recordedNotFollowing: "record every layer of the network, in the order of their numbers"
    case .recordedTooWide: "record the narrower layers alone"
    case .recordedMember: "a layer's group holds input, and gradient or desired_update"
    case .recordedTwice: "leave one of them out"
    case .notRecorded:
      "record the pass of the network with these weights: the input and the gradient of each layer"
    case .recordedLayerCount, .recordedOtherwise:
      "record held-out samples of the same network, in the same way"
    case .notStatistics: "name the files that were made of each share"
    case .statisticsVersion, .statisticsProgram: "make all parts with the same program as this one"
    case .statisticsProcessor:
      "set OPENBLAS_CORETYPE to the older of both, for every part and here"
    case .damagedStatistics: "make it again"
    case .noLoss: "name the loss"
    case .classesOrAmounts: "if they are amounts, name a loss such as mean_squared_error"
    }
  }

  /// Whether it is of the file itself, and not of samples that do not fit a model.
  var isOfFile: Bool {
    switch self {
    case .noFileMatches, .notStatistics, .statisticsVersion, .statisticsProgram,
      .statisticsProcessor, .damagedStatistics:
      true
    default: false
    }
  }

  /// The datasets that are wanted, and those that there are to choose from, in words.
  package static func choiceText(present: [String], wanted: String) -> String {
    "wanted are \(wanted)"
      + (present.isEmpty
        ? "; no dataset in the file can be read" : "; the file holds \(listText(present))")
  }
}

/// A number as people write it: without a fraction if it has none.
private func short(_ value: Double) -> String {
  Int(exactly: value).map(String.init) ?? "\(value)"
}
