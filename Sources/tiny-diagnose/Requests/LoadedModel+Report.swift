import Loader
import Networks
import Reports

extension LoadedModel {
  /// What a loss asks of this model.
  ///
  /// - Throws: `UnfitInput` where the last layer's stages are none that a loss can follow.
  func objective(of loss: Loss) throws -> Objective<Float> {
    guard let last = network.layers.last else { preconditionFailure("a network has layers") }
    do throws(NetworkError) {
      return try Objective(loss: loss, outputStages: last.stages, outputs: last.outputs)
    } catch {
      throw UnfitInput(error, in: path)
    }
  }
}

extension ReportedModel {
  /// What a report says of a model from a file.
  init(_ model: LoadedModel) {
    self.init(
      path: model.path, format: model.format.name, parameters: model.network.parameterCount,
      layers: model.network.layers.map(ReportedLayer.init), hasDropout: model.hasDropout)
  }
}

extension ReportedModel {
  /// What a report says of the network that was recorded.
  init(_ recording: Recording) {
    self.init(
      path: recording.path, format: Recording.formatName,
      parameters: recording.network.parameterCount,
      layers: recording.network.layers.map(ReportedLayer.init))
  }
}

extension ReportedLayer {
  /// What a report says of a layer of a network.
  init(_ layer: Layer<Float>) {
    let activations = layer.stages.compactMap(\.activationName)
    self.init(
      name: layer.name, inputs: layer.inputs, units: layer.outputs,
      activation: activations.isEmpty
        ? Activation.linear.name : activations.joined(separator: " then "),
      bias: layer.hasBias)
  }
}
