import HDF5
import Loader
import Networks

// The libraries say what to do; here it is said which option does it.

extension ModelError {
  /// What to do about it on the command line, as one line.
  var optionAdvice: String {
    let option: String? =
      switch problem {
      case .file(let error): error.optionAdvice
      case .model(let problem): problem.optionAdvice
      case .data(let problem): problem.optionAdvice
      }
    return option?.printable ?? advice
  }
}

extension HDF5Error {
  /// What to do about it on the command line, as one line.
  var optionAdvice: String {
    switch problem {
    case .exists: "choose another name, or replace it with --force"
    case .notHDF5(.pytorchArchive), .notHDF5(.pickle):
      "such a file runs code when it is read: give the live model to tiny_diagnose.report(model, x, y) in "
        + "Python, or write its arrays with a recipe of docs/export.md"
    default: advice
    }
  }
}

extension ModelProblem {
  /// What to do about it where an option does it.
  fileprivate var optionAdvice: String? {
    switch self {
    case .weightsOnly:
      "name the architecture with --architecture, a file written by model.to_json(), or save the "
        + "whole model with model.save('model.keras')"
    case .stateDictionary:
      "name one for each layer with --activations, as in --activations relu,relu,softmax"
    case .recordedActivations:
      "tiny-diagnose FILE reports on them, and grow takes them if each layer's weights stand beside them"
    case .kernelList:
      "name one for each layer with --activations, as in --activations relu,relu,softmax, and the loss "
        + "with --loss"
    case .kernelSides: "name it with --kernels inputs-units or --kernels units-inputs"
    case .kernelSidesNotNeeded: "leave --kernels out"
    case .architectureNotNeeded: "leave --architecture out"
    case .activationsNotNeeded: "leave --activations out"
    case .notWritable: "choose another --layout, or what Keras has a name for"
    case .noCheckpoint: "name the file that train wrote beside its output, or leave --resume out"
    case .checkpointLeft: "go on with --resume, or begin anew with --force"
    case .checkpoint: "leave --resume out to begin anew"
    case .unknownLoss, .lossSetting, .lossNotTold:
      "name one with --loss: \(Loss.allNames.joined(separator: ", "))"
    default: nil
    }
  }
}

extension DataProblem {
  /// What to do about it where an option does it.
  fileprivate var optionAdvice: String? {
    switch self {
    case .noSamples(let wanted): "name a file with --data that holds \(wanted)"
    case .noneNamed(let role, let present, let wanted):
      "name them with --\(role.rawValue); "
        + DataProblem.choiceText(present: present, wanted: wanted)
    case .ambiguous(let role, _): "name one with --\(role.rawValue)"
    case .notStatistics: "name the files that tiny-diagnose statistics wrote"
    case .noFileMatches: "name files, or a pattern in quotes: --data 'folder/*.h5'"
    case .notInEveryFile(.sampleWeights, _):
      "write them into every file, or let all samples count alike with --sample-weights none"
    case .targetShape(_, _, _, let fitting?), .label(_, _, _, let fitting?):
      "the loss that fits these targets is \(fitting): name it with --loss \(fitting)"
    case .targetShape(let found, _, _, nil) where found.count == 1:
      "write a row for each sample, with a number for each output, or name another loss with --loss"
    case .targetShape: "write one row per sample, or name another loss with --loss"
    case .targetsMissing(let areHeldOut):
      areHeldOut
        ? "name them with --validation-targets"
        : "name them, as in --targets y.npy; an autoencoder gets its inputs: --inputs x.npy --targets x.npy"
    case .oneHotForLabels: "for one-hot rows name the loss with --loss categorical_crossentropy"
    case .labelsForOneHot: "for labels name the loss with --loss sparse_categorical_crossentropy"
    case .oneGroup: "leave --groups out, or give samples of other groups with --validation"
    case .weightShape, .negativeWeight, .noWeight, .weightTooSmall:
      "name others with --sample-weights, or let all samples count alike with --sample-weights none"
    case .noLoss: "name it with --loss"
    case .classesOrAmounts: "if they are amounts, name a loss: --loss mean_squared_error"
    default: nil
    }
  }
}

extension FileSurvey {
  /// What a diagnosis lacks, and how to give it: one sentence each.
  var missingSentences: [String] { missing.map { $0.sentence(for: path) } }
}

extension MissingPart {
  fileprivate func sentence(for path: String) -> String {
    switch self {
    case .samples: "Samples: name a file with --data, and its datasets with --inputs and --targets."
    case .model(samples: true): "A model: tiny-diagnose MODEL --data \(path)"
    case .model(samples: false):
      "A model: save it with model.save('model.keras'), or write it with a recipe of docs/export.md."
    case .architecture:
      "The architecture: name a file written by model.to_json() with --architecture."
    case .activations(let layers):
      "The activation of each layer: name them with --activations, as in --activations "
        + ([String](repeating: "relu", count: layers - 1) + ["softmax"]).joined(separator: ",")
        + "."
    case .loss(mayBeTold: false): "The loss: name it with --loss."
    case .loss(mayBeTold: true):
      "The loss, unless the last activation and the targets tell it: name it with --loss."
    case .recordedActivations:
      "The recorded activations: \(DataProblem.notRecorded.advice)."
    case .soundModel(let error): "\(error.description): \(error.optionAdvice)."
    }
  }
}
