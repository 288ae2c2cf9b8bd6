/// One Dense layer: how well its weights can follow what is desired of it.
public struct LayerDiagnosis: Sendable {
  /// The layer's name in its file.
  public let name: String
  /// D, in units of (loss per preactivation)².
  public let desiredUpdate: Double
  /// A, the part of D that the layer's weights can follow.
  public let bestUpdate: Double
  /// Ψ = D − A.
  public let lackOfExpressivity: Double
  /// Ψ / D in 0...1, or `nil` where D = 0.
  public let relativeLack: Double?
  /// The lack that no change of the weights of this layer and of all layers before it can follow;
  /// `nil` for the last layer, whose lack of this kind is the network's, and if it was not asked
  /// for.
  package let upstreamLack: NetworkLack?
  /// The standard error of Ψ over samples like these, by linearization; `nil` over a single sample.
  public let lackStandardError: Double?
  /// How many of a hidden layer's units answer the same to every sample; `nil` for the last layer.
  public let deadUnits: Int?
  /// How many of a hidden layer's units are dead or duplicates, and may give their places to new ones.
  package internal(set) var freeUnits = 0
  /// The number of units.
  public let units: Int
  /// How many of a hidden layer's units are at the limits of their activation for nearly every sample;
  /// `nil` for activations other than sigmoid and tanh.
  public internal(set) var saturatedUnits: Int?
  /// Whether each unit is a linear function of the layer's inputs.
  public let isLinear: Bool
  /// The warnings to read before trusting the numbers.
  package let warnings: [Warning]
  /// The share of the desired update of held-out samples that the best weight update of the others leaves
  /// over, above 1 where it does harm; `nil` for the first layer, and where none is held out.
  public internal(set) var heldOutRelativeLack: Double?
  /// Whether the next layer takes what this one gives; the last layer of a recorded block leads elsewhere.
  package internal(set) var isFollowed = true
}
