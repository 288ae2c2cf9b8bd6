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
    gain: Double = 0.0123, reused: Int = 0, notes: [String] = ["Beware."]
  ) -> GrowthRun {
    let before = evaluation(0.129, heldOut: heldOut)
    let step = GrowthStep(
      layer: 1, layerName: name, unitsBefore: 4, neurons: 3, reusedUnits: reused, method: .tiny,
      kind: .linear,
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
      end: end, notes: notes)
  }

  private static func context(
    _ path: String, isWritten: Bool, isWider: Bool = true
  ) -> GrowthContext {
    let model = Example.context.model
    guard isWider else {
      return GrowthContext(
        before: Example.context,
        grown: ReportedModel(
          path: path, format: model.format, parameters: model.parameters, layers: model.layers),
        isWritten: isWritten)
    }
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

  @Test("Where dead units were put to use, it says so, and what was not done")
  func reuse() throws {
    let end = GrowthEnd.budgetSpent(parametersLeft: 5)
    func outcome(_ reused: Int) -> String {
      TextGrowthReport(
        Self.run(end: end, reused: reused),
        context: Self.context("g.h5", isWritten: true, isWider: reused < 3)
      ).outcomeText
    }
    #expect(outcome(0).hasPrefix("No more was added: the 5 parameters left"))
    #expect(outcome(2).hasPrefix("No more was added: "))
    #expect(
      outcome(3).hasPrefix(
        "Dead or duplicate units of narrow were put to use, and no layer was widened: the 5 "))
    let page = try HTMLGrowthReport(
      Self.run(end: end, reused: 3),
      context: Self.context("g.h5", isWritten: true, isWider: false)
    ).rendered()
    #expect(page.contains("narrow: 3 dead units put to use") && !page.contains("Nothing was added"))
    #expect(!page.contains("Dashed: the new neurons"))
  }

  @Test("A note is said once, and names the option")
  func notes() throws {
    let now = "\(GrowthPurpose.nowText), they lower the loss at once, by 0.1."
    let run = Self.run(notes: [now, "Beware.", now, "Beware."])
    let context = Self.context("grown.h5", isWritten: true)
    let text = TextGrowthReport(run, context: context).rendered()
    #expect(
      text.contains("note: With --for now, they lower the loss at once, by 0.1.\n"), "\(text)")
    #expect(text.split(separator: "note: ").count == 3, "\(text)")
    #expect(
      JSONGrowthReport(run, context: context).notes
        == ["With --for now, they lower the loss at once, by 0.1.", "Beware."])
  }

  @Test("A loss that neurons would raise is not said to be lowered")
  func atOnce() {
    func gain(_ mean: Double?) -> LossGain {
      let paired = mean.map { PairedGain(mean: $0, standardError: 0.1) }
      return LossGain(
        predicted: nil, measured: 0.25, heldOut: paired, measuredWithoutNeurons: 0,
        heldOutBeyondUpdate: paired, amplitudes: .whole)
    }
    let beginning = "For the purpose now, they"
    #expect(
      gain(-0.0125).atOnceText
        == "\(beginning) would raise the loss at once, by 0.0125 on held-out samples.")
    #expect(
      gain(0.5).atOnceText == "\(beginning) lower the loss at once, by 0.500 on held-out samples.")
    #expect(gain(nil).atOnceText == "\(beginning) lower the loss at once, by 0.250.")
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
