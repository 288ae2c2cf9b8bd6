import Testing

@testable import Diagnostics
@testable import Reports

@Suite("The verdict as text") struct VerdictTextTests {
  private let layers = [
    Example.layer("first", desired: 1, lack: 0.5, deadUnits: 0),
    Example.layer("second", desired: 1, lack: 0.5, deadUnits: 0),
    Example.layer("last", desired: 1, lack: 0.5, deadUnits: nil),
  ]

  @Test("The largest gain on held-out samples decides, not the one on the fitted samples")
  func heldOutDecides() {
    let verdict = Example.diagnosis(
      layers: layers,
      growth: [
        Example.growth(0, neurons: 3, fitted: 0.4, heldOut: 0.03),
        Example.growth(1, neurons: 2, fitted: 0.2, heldOut: 0.1),
      ], heldOut: Evaluation(sampleCount: 9, loss: 2, accuracy: nil)
    ).verdict
    #expect(verdict.kind == .bottleneck && verdict.layerIndex == 1)
    #expect(verdict.layer == "second" && verdict.neurons == 2)
    #expect(abs((verdict.share ?? 0) - 0.0375) < 1e-12)
    #expect(
      verdict.text
        == "second is the bottleneck: with 2 neurons more there the loss on held-out "
        + "samples, 2.00, falls at once by 0.100 ± 0.00100; with the best new weights of last alone, by "
        + "0.0250. The neurons themselves take away 3.8 % of the loss")
  }

  @Test("Targets that the output cannot give are told with their range")
  func outOfReach() {
    func text(_ targets: ClosedRange<Double>?) -> String {
      Verdict(.unsuitableOutput, .outOfReach(.sigmoid, targets: targets, share: 0.5)).text
    }
    #expect(
      text(-2...3).hasPrefix(
        "the sigmoid at the output cannot give all targets, from -2.00 to 3.00: the best it can do "
          + "leaves 50 % of the loss. Train anew"))
    #expect(
      text(nil).hasPrefix("the sigmoid at the output cannot give all targets: the best it can"))
  }

  @Test("What is cross-validated is said of all samples, beside what the accuracy becomes")
  func crossValidated() {
    var gains = JudgedGains()
    for gain in [0.38, 0.4, 0.42] {
      gains.add(gain, beyond: 0.75 * gain, weight: 1, unit: nil, of: 0, row: 0)
    }
    var lossGain = LossGain(
      predicted: 0.2, measured: 0.3, heldOut: PairedGain(mean: 0.5, standardError: 0.4),
      measuredWithoutNeurons: 0.1,
      heldOutBeyondUpdate: PairedGain(mean: 0.4, standardError: 0.4),
      amplitudes: Amplitudes(update: 1, neurons: 1))
    lossGain.crossValidated = CrossValidatedGain(gains, parts: 5)
    lossGain.heldOutAccuracy = 0.75
    // 4 samples of loss 1 and 12 held out of loss 2 have 1.75 on average.
    let verdict = Example.diagnosis(
      layers: layers, growth: [Example.growth(1, neurons: 2, lossGain)],
      heldOut: Evaluation(sampleCount: 12, loss: 2, accuracy: 0.5)
    ).verdict
    #expect(abs((verdict.share ?? 0) - 0.3 / 1.75) < 1e-12)
    #expect(
      verdict.text
        == "second is the bottleneck: with 2 neurons more there the loss on all samples, 1.75, falls at "
        + "once by 0.400 ± 0.0115; with the best new weights of last alone, by 0.100. The neurons "
        + "themselves take away 17 % of the loss. The accuracy on held-out samples rises from 50.0 % to "
        + "75.0 %. These gains are cross-validated, in 5 parts")
  }

  @Test("Without held-out samples the gain on the fitted samples decides")
  func fittedDecides() {
    let verdict = Example.diagnosis(
      layers: layers,
      growth: [
        Example.growth(0, neurons: 1, fitted: 0.04, heldOut: nil),
        Example.growth(1, neurons: 0, fitted: 0, heldOut: nil),
      ]
    ).verdict
    #expect(verdict.layer == "first")
    #expect(
      verdict.text
        == "first is the bottleneck: with 1 neuron more there the loss, 1.00, falls at once by "
        + "0.0400; with the best new weights of second alone, by 0.0100. The neurons themselves take "
        + "away 3 % of the loss")
  }

  @Test("Neurons whose gain does not hold on held-out samples are not suggested")
  func ownSamplesAlone() {
    let verdict = Example.diagnosis(
      layers: layers,
      growth: [
        Example.growth(0, neurons: 0, fitted: 0.4, heldOut: -0.2),
        Example.growth(1, neurons: 0, fitted: 0, heldOut: 0),
      ], heldOut: Evaluation(sampleCount: 20, loss: 1.5, accuracy: nil)
    ).verdict
    #expect(verdict.kind == .wideEnough && verdict.layer == nil && verdict.neurons == 0)
    #expect(
      verdict.text
        == "no layer is too narrow: new neurons lower the loss by 0.300 on the samples they were "
        + "fitted on, and not at all on those held out")
  }

  @Test("Less than a percent of the loss is no bottleneck")
  func tooLittle() {
    let verdict = Example.diagnosis(
      layers: layers, growth: [Example.growth(0, neurons: 3, fitted: 0.012, heldOut: 0.012)],
      heldOut: Evaluation(sampleCount: 9, loss: 2, accuracy: nil)
    ).verdict
    #expect(verdict.kind == .wideEnough && verdict.neurons == 0 && verdict.share == nil)
    #expect(
      verdict.text
        == "none of the layers looked at is too narrow: new neurons take 0.45 % off the loss, which is "
        + "too little")
  }

  @Test("No growth suggests any neuron: no bottleneck")
  func nothingGains() {
    let verdict = Example.diagnosis(
      layers: layers, growth: [Example.growth(0, neurons: 0, fitted: 0, heldOut: 0)]
    ).verdict
    #expect(verdict.layer == nil)
    #expect(
      verdict.text
        == "none of the layers looked at is too narrow: new neurons would gain nothing on these "
        + "data")
  }

  @Test("Where it is close, Dropout is spoken of only in a model that has some")
  func close() {
    var verdict = Example.diagnosis(
      layers: layers, growth: [Example.growth(0, neurons: 1, fitted: 0.4, heldOut: nil)]
    ).verdict
    verdict.alternative = VerdictAlternative(kind: .wideEnough)
    #expect(
      verdict.text.hasSuffix(
        ". It is close: with other samples it might be that no layer is too narrow"))
    verdict =
      Example.diagnosis(
        layers: layers, growth: [Example.growth(0, neurons: 0, fitted: 0, heldOut: 0)]
      ).verdict
    verdict.alternative = VerdictAlternative(kind: .bottleneck, layer: "second")
    verdict.samplesToTell = 12_000
    let close =
      ". It is close: with other samples second might be the bottleneck; about 12 000 held-out samples "
      + "would tell, and compare shows what training makes of it"
    #expect(verdict.text.hasSuffix(close), "\(verdict.text)")
    #expect(verdict.text(hasDropout: false).hasSuffix(close))
    #expect(
      verdict.text(hasDropout: true).hasSuffix(
        close + ", as it does where Dropout has hidden a gain"))
  }

  @Test("A model without hidden layers and one without gradient say why nothing is suggested")
  func nothingToSuggest() {
    let single = Example.diagnosis(layers: [layers[2]], growth: []).verdict
    #expect(single.text == "the model has no hidden layer, so there is nothing to widen")
    let still = ["a", "b"].map { Example.layer($0, desired: 0, lack: 0, deadUnits: nil) }
    let flat = Example.diagnosis(
      layers: still, growth: [Example.growth(0, neurons: 0, fitted: 0, heldOut: nil)]
    ).verdict
    #expect(flat.kind == .wideEnough && flat.text.hasPrefix("no sample asks for any change"))
  }

  @Test("Layers named by numbers read as layers")
  func numberedLayers() {
    let numbered = ["0", "2", "4"].map { Example.layer($0, desired: 1, lack: 1, deadUnits: nil) }
    let text = Example.diagnosis(
      layers: numbered, growth: [Example.growth(1, neurons: 1, fitted: 0.4, heldOut: nil)]
    ).verdict.text
    #expect(text.hasPrefix("layer 2 is the bottleneck: "), "\(text)")
    #expect(text.contains("weights of layer 4 alone"), "\(text)")
  }
}
