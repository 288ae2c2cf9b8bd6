import Testing

@testable import Diagnostics

@Suite("Suggestion") struct SuggestionTests {
  private let layers = [
    Example.layer("first", desired: 1, lack: 0.5, deadUnits: 0),
    Example.layer("second", desired: 1, lack: 0.5, deadUnits: 0),
    Example.layer("last", desired: 1, lack: 0.5, deadUnits: nil),
  ]

  @Test("The largest gain on held-out samples decides, not the one on the fitted samples")
  func heldOutDecides() {
    let suggestion = Example.diagnosis(
      layers: layers,
      growth: [
        Example.growth(0, neurons: 3, fitted: 0.4, heldOut: 0.01),
        Example.growth(1, neurons: 2, fitted: 0.2, heldOut: 0.1),
      ], heldOut: Evaluation(sampleCount: 9, loss: 2, accuracy: nil)
    ).suggestion
    #expect(suggestion.layerIndex == 1)
    #expect(suggestion.layer == "second")
    #expect(suggestion.neurons == 2)
    #expect(
      suggestion.why
        == "second is the bottleneck: with 2 neurons more there the loss on held-out "
        + "samples, 2.00, falls at once by 0.100; with the best new weights of last alone, by "
        + "0.0500")
  }

  @Test("Without held-out samples the gain on the fitted samples decides")
  func fittedDecides() {
    let suggestion = Example.diagnosis(
      layers: layers,
      growth: [
        Example.growth(0, neurons: 1, fitted: 0.001, heldOut: nil),
        Example.growth(1, neurons: 0, fitted: 0, heldOut: nil),
      ]
    ).suggestion
    #expect(suggestion.layer == "first")
    #expect(
      suggestion.why
        == "first is the bottleneck: with 1 neuron more there the loss, 1.00, falls at once by "
        + "0.00100; with the best new weights of second alone, by 5e-4")
  }

  @Test("Neurons whose gain does not hold on held-out samples are not suggested")
  func overfitted() {
    let suggestion = Example.diagnosis(
      layers: layers,
      growth: [
        Example.growth(0, neurons: 0, fitted: 0.4, heldOut: -0.2),
        Example.growth(1, neurons: 0, fitted: 0, heldOut: 0),
      ], heldOut: Evaluation(sampleCount: 2, loss: 1.5, accuracy: nil)
    ).suggestion
    #expect(suggestion.layer == nil && suggestion.layerIndex == nil && suggestion.neurons == 0)
    #expect(
      suggestion.why
        == "no layer is too narrow; the network is overfitted: new neurons lower the loss by 0.200 on the "
        + "samples they were fitted on, and not at all on those held out")
  }

  @Test("No growth suggests any neuron: no bottleneck")
  func nothingGains() {
    let suggestion = Example.diagnosis(
      layers: layers, growth: [Example.growth(0, neurons: 0, fitted: 0, heldOut: 0)]
    ).suggestion
    #expect(suggestion.layer == nil)
    #expect(
      suggestion.why
        == "none of the layers looked at is too narrow: new neurons would gain nothing on these "
        + "data")
  }

  @Test("A model without hidden layers and one without gradient say why nothing is suggested")
  func nothingToSuggest() {
    let single = Example.diagnosis(layers: [layers[2]], growth: []).suggestion
    #expect(single.why == "the model has no hidden layer, so there is nothing to widen")
    let still = ["a", "b"].map { Example.layer($0, desired: 0, lack: 0, deadUnits: nil) }
    let flat = Example.diagnosis(
      layers: still, growth: [Example.growth(0, neurons: 0, fitted: 0, heldOut: nil)]
    ).suggestion
    #expect(flat.why.hasPrefix("no sample asks for any change"))
  }
}
