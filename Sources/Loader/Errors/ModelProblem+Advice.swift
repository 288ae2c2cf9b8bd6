internal import HDF5
internal import Networks

extension ModelProblem {
  /// The remedy.
  public var advice: String {
    switch self {
    case .archive(let problem): problem.advice
    case .safetensors(let problem): problem.advice
    case .unknownLayout(let found):
      "save the whole model with model.save('model.h5')"
        + (found.isEmpty ? "" : "; the file holds \(listText(found))")
    case .weightsOnly:
      "give the architecture, a file written by model.to_json(), or save the whole model with "
        + "model.save('model.keras')"
    case .stateDictionary: "give one activation for each layer"
    case .recordedActivations:
      "they can be reported on as they are, and grown if each layer's weights stand beside them"
    case .recordedWithoutWeights:
      "write weight (units, inputs) and bias (units) into the group of each layer, or grow the model "
        + "itself with the samples it was recorded of"
    case .kernelList: "give one activation for each layer, and the loss"
    case .kernelSides: "say whether inputs or units come first"
    case .kernelSidesNotNeeded: "do not say which side comes first"
    case .architectureNotNeeded: "give no architecture"
    case .activationsNotNeeded: "give no activations"
    case .activationCount: "name one for each layer, linear where there is none"
    case .layerOrder: "number the layers, as in 0.weight, 2.weight, 4.weight"
    case .notFlat: "only chains of fully connected layers can be diagnosed"
    case .convolutions:
      "record the activations of those layers: docs/export.md#recorded-activations"
    case .normalizationPlace:
      "name the layers by number, as in 0.weight, 1.running_mean, 3.weight"
    case .newerVersion: "update tiny-diagnose"
    case .missingAttribute, .notJSON, .nestedTooDeep, .noLayers, .outsideGroup, .noWeights,
      .weightsLeftOver, .weightNames, .notConnected, .widthMismatch, .noLayerFor:
      "the file was changed or not fully written: save the whole model again in one call"
    case .setting: "save the whole model again with a supported value"
    case .axis: "only layers whose features are on the last axis are supported"
    case .tooManyLayers: "split the model"
    case .noDenseLayer: "only chains of Dense layers can be diagnosed"
    case .inputs, .outputs, .severalConsumers, .severalTensors, .usedSeveralTimes:
      "only a plain chain of layers is supported; save the part to diagnose as a model of its own"
    case .unsupportedLayer, .flattenAfterDense:
      "supported are Dense, activations, Dropout and noise, Flatten before the first Dense, "
        + "Rescaling, Normalization, BatchNormalization and LayerNormalization"
    case .customLayer, .customActivation:
      "files carry no code for it; use a layer or function that Keras has"
    case .calledInTraining: "build the model without training=True"
    case .quantized: "save the model before it is quantized"
    case .rank: "put a Flatten layer before it"
    case .unknownActivation: "use an activation that Keras has"
    case .rowActivationNotLast: "use an activation that acts on each unit alone"
    case .shape: "save the whole model again in one call"
    case .notFollowing:
      "the layers come from different models: save the whole model again in one call"
    case .notFinite, .negativeVariance:
      "the training diverged or the file is damaged: save the model at an earlier epoch"
    case .unknownMember: "a layer's group holds weight and bias only"
    case .layerName: "name the groups by number, as in 001_hidden"
    case .cannotHold: "save the model as float32, and grow it again"
    case .cannotWiden: "grow another layer, or use a BatchNormalization in its place"
    case .changedMeanwhile: "diagnose the file again as it is now"
    case .readsBackDifferently: "nothing was written; check the disk, and report this"
    case .refused: "nothing was written"
    case .notWritable: "choose another layout, or what Keras has a name for"
    case .noCheckpoint: "name the checkpoint that training wrote beside its output, or begin anew"
    case .checkpointLeft: "go on from it, or begin anew and replace it"
    case .checkpoint: "begin anew"
    case .unknownLoss, .lossSetting, .lossNotTold:
      "name one of these: \(Loss.allNames.joined(separator: ", "))"
    }
  }
}
