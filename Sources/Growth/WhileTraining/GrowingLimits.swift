/// When growing training ends, whichever comes first.
///
/// Without a limit of steps, epochs or seconds it ends one growth interval after the growth has.
public struct GrowingLimits: Equatable, Sendable, Codable {
  /// Steps of the optimizer.
  public var steps: Int?
  /// Times all samples were used.
  public var epochs: Double?
  /// Seconds of training and growing by the caller's clock.
  public var seconds: Double?
  /// Ends when a point of the curve reaches this accuracy, on the held-out samples if there are any.
  public var accuracy: Double?
  /// Ends when a point of the curve reaches this loss.
  public var loss: Double?
  /// No growth makes the network have more weights and biases.
  public var parameters: Int?
  /// The number of growths of all layers, after which none follows; `nil` for no limit.
  public var growths: Int?
  /// Whether growth ends when no layer gains a neuron in `patience` growths one after the other, sought
  /// on as many samples as there may be.
  public var endsWithoutGain = true
  /// The number of growths in a row without any gain after which growth ends. Each looks at other
  /// samples, or at another split of them.
  public var patience = 2

  /// No limits, unless told otherwise.
  public init(
    steps: Int? = nil, epochs: Double? = nil, seconds: Double? = nil, accuracy: Double? = nil,
    loss: Double? = nil, parameters: Int? = nil, growths: Int? = nil
  ) {
    self.steps = steps
    self.epochs = epochs
    self.seconds = seconds
    self.accuracy = accuracy
    self.loss = loss
    self.parameters = parameters
    self.growths = growths
  }
}
