import LinearAlgebra
package import Networks

extension Addition {
  /// The neurons of a diagnosis with the weight update beside them, carried over from the moments'
  /// inputs `(b − r, 1)` to the inputs as they are.
  ///
  /// - Parameters:
  ///   - neurons: for hidden layer `layer`.
  ///   - layer: counted from 0.
  ///   - moments: those the neurons were found from.
  package init(_ neurons: NewNeurons, layer: Int, moments: Moments) {
    self.init(
      layer: layer, fanIn: moments.layers[layer].weightsForRawInputs(neurons.fanIn),
      fanOut: neurons.fanOut,
      weightUpdate: moments.layers[layer + 1].weightsForRawInputs(neurons.weightUpdate))
  }
}
