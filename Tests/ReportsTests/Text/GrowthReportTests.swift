import LinearAlgebra
import Networks
import Testing

@testable import Diagnostics
@testable import Growth
@testable import Reports

@Suite("Growth report") struct GrowthReportTests {
  private static func evaluation(_ loss: Double, heldOut: Double?) -> SplitEvaluation {
    SplitEvaluation(
      training: Evaluation(sampleCount: 1438, loss: loss, accuracy: 0.9),
      heldOut: heldOut.map { Evaluation(sampleCount: 359, loss: $0, accuracy: 0.8) })
  }

  /// One step of 3 neurons in `name`, or none.
  private static func run(
    _ name: String = "narrow", isGrown: Bool = true, heldOut: Double? = 0.24,
    diagnosed: LossGain? = Example.diagnosis.growth[1].lossGain, end: GrowthEnd? = nil,
    gain: Double = 0.0123
  ) -> GrowthRun {
    let before = evaluation(0.129, heldOut: heldOut)
    let step = GrowthStep(
      layer: 1, layerName: name, unitsBefore: 4, neurons: 3, method: .tiny, kind: .linear,
      diagnosed: diagnosed, closedLack: nil, amplitudes: Amplitudes(update: 2, neurons: 0.5),
      parametersBefore: 2262,
      parametersAfter: 2391, before: before,
      after: evaluation(0.129 - gain, heldOut: heldOut.map { $0 - gain * 98 / 123 }))
    return GrowthRun(
      network: Network(
        inputCount: 1,
        layers: [Layer(name: "a", weights: Matrix(rows: 1, columns: 1), hasBias: false, stages: [])]
      ),
      sampleCounts: (1438, heldOut == nil ? 0 : 359), before: before, steps: isGrown ? [step] : [],
      end: end, notes: ["Beware."])
  }

  private static func context(_ path: String, isWritten: Bool) -> GrowthContext {
    let model = Example.context.model
    var layers = model.layers
    layers[1] = ReportedLayer(
      name: "narrow", inputs: 32, units: 7, activation: "relu", bias: true)
    return GrowthContext(
      before: Example.context,
      grown: ReportedModel(path: path, format: model.format, parameters: 2391, layers: layers),
      isWritten: isWritten)
  }

  @Test("A growth reads as one screen")
  func wholeText() {
    let text = TextGrowthReport(Self.run(), context: Self.context("grown.h5", isWritten: true))
    #expect(
      text.rendered() == """
        model  digits.h5 · Keras 3 HDF5
        data   digits.h5 · 1 438 samples, and 359 held out
        loss   sparse_categorical_crossentropy

                  new          loss falls
        grown   units  method   predicted  measured  held out  cost
        narrow     +3  tiny        0.0154    0.0123   0.00980   129

                            before   after
        loss                 0.129   0.117
        loss, held out       0.240   0.230
        accuracy            90.0 %  90.0 %
        accuracy, held out  80.0 %  80.0 %
        parameters           2 262   2 391
        units of hidden         32      32
        units of narrow          4       7
        units of classes        10      10

        note: Beware.

        The grown model is in grown.h5.

        """)
  }

  @Test("Without held-out samples there is no column and no line of them")
  func nothingHeldOut() {
    let text = TextGrowthReport(
      Self.run(heldOut: nil), context: Self.context("", isWritten: false), isDetailed: true
    ).rendered()
    #expect(!text.contains("held out"))
    #expect(text.contains("γ₀") && text.contains("linear"))
    #expect(text.hasSuffix("\nA dry run: nothing was written.\n"))
  }

  @Test("A growth of nothing says why")
  func nothing() {
    let text = TextGrowthReport(
      Self.run(isGrown: false, end: .budgetSpent(parametersLeft: 5)),
      context: Self.context("g.h5", isWritten: false)
    ).rendered()
    #expect(!text.contains("before") && text.contains("   now\n"))
    #expect(
      text.hasSuffix(
        "\nNothing to grow: the 5 parameters left of the budget are fewer than a neuron has. Nothing was\n"
          + "written.\n"))
  }

  @Test("What is the rounding of two equal losses is no gain", arguments: [-1.1e-16, 1e-14, 0])
  func rounding(gain: Double) {
    let text = TextGrowthReport(
      Self.run(diagnosed: nil, gain: gain), context: Self.context("grown.h5", isWritten: true)
    ).rendered()
    #expect(text.contains("\nnarrow     +3  tiny             –         0         0   129\n"))
  }

  @Test("Names from a file cannot command the terminal")
  func namesAreHarmless() {
    let text = TextGrowthReport(
      Self.run("evil\u{1B}[2J\n", end: .verdict(Verdict(.dead, .deadLayer("evil\u{1B}[2J")))),
      context: Self.context("g\u{1B}.h5", isWritten: true)
    ).rendered()
    #expect(!text.contains("\u{1B}") && text.contains("evil\u{FFFD}[2J\u{FFFD}"))
  }

  @Test("The sums are those of the steps, and unknown where one is")
  func sums() throws {
    let run = Self.run()
    #expect(
      abs((run.measuredGain ?? .nan) - 0.0123) < 1e-12 && run.predictedGain == 1.25 * 0.0123456789)
    #expect(Self.run(diagnosed: nil).predictedGain == nil)
    #expect(Self.run(heldOut: nil).heldOutGain == nil)
    #expect(run.addedParameters == 129)
    let json = try JSONGrowthReport(
      Self.run(diagnosed: nil), context: Self.context("", isWritten: false)
    ).rendered()
    #expect(json.contains("\"predictedLossGain\" : null") && json.contains("\"path\" : null"))
  }
}
