public import Diagnostics
public import LinearAlgebra

/// New units for a hidden layer l, and what changes in the next layer's weights beside them.
///
///     A_l' = [B 1] [W_l α]      A_{l+1}' = A_{l+1} + [B_l 1] δW + (φ([B 1] α) − φ(0)) ω
///
/// Every method of growth makes one of these; `Network.grown(by:amplitude:)` applies it.
public struct Addition: Equatable, Sendable {
  /// The hidden layer l; layers count from 0.
  public let layer: Int
  /// α, one unit per column, for the layer's inputs as they are, `[B 1]`: (inputs + 1) × count;
  /// without a bias, inputs × count.
  public let fanIn: Matrix<Double>
  /// ω, one unit per row: count × outputs of layer l + 1.
  public let fanOut: Matrix<Double>
  /// δW, of the shape of layer l + 1's weights; `nil` for none.
  public let weightUpdate: Matrix<Double>?
  /// The unit of layer l that each of the units repeats, or `nil` where they are new.
  ///
  /// A scale and shift between the layers lets a new unit pass unchanged, and the next layer's bias
  /// takes its φ(0) away. Of a copy it does what it does to the original, and the bias stays: what
  /// the copy says, δW has taken from the original.
  public let copiedUnits: [Int]?

  /// The number of units.
  public var count: Int { fanIn.columns }

  /// Units of the given weights.
  public init(
    layer: Int, fanIn: Matrix<Double>, fanOut: Matrix<Double>,
    weightUpdate: Matrix<Double>? = nil, copiedUnits: [Int]? = nil
  ) {
    precondition(
      fanIn.columns == fanOut.rows, "fan-in of \(fanIn.columns) units, fan-out of \(fanOut.rows)")
    precondition(
      copiedUnits.map { $0.count == fanIn.columns } ?? true, "not one original for each unit")
    self.layer = layer
    self.fanIn = fanIn
    self.fanOut = fanOut
    self.weightUpdate = weightUpdate
    self.copiedUnits = copiedUnits
  }

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

  /// The neurons of a diagnosis as they are to be applied, amplitudes multiplied out.
  ///
  /// - Parameters:
  ///   - weights: for hidden layer `layer`.
  ///   - layer: counted from 0.
  public init(_ weights: NeuronWeights, layer: Int) {
    self.init(
      layer: layer, fanIn: weights.fanIn, fanOut: weights.fanOut,
      weightUpdate: weights.weightUpdate)
  }
}
