import TestSupport
import Testing

@testable import Diagnostics
@testable import Reports

@Suite("Text report") struct TextReportTests {
  @Test("A diagnosis reads as one screen")
  func wholeText() {
    let expected = """
      model  digits.h5 · Keras 3 HDF5 · 2 262 parameters
      data   digits.h5 · 1 438 samples, and 359 held out
      loss   sparse_categorical_crossentropy 0.129, held out 0.240 · accuracy 96.9 %, held out 94.2 %

                             lack          new  loss falls
      layer    units            Ψ   Ψ/D  units   predicted  measured  held out     cost
      hidden   32 relu     0.0200   4 %     +2      0.0137    0.0110   0.00420  ▏    86
      narrow   4 relu       0.200  80 %     +3      0.0154    0.0123   0.00980  ▍   129
      classes  10 softmax  0.0315  75 %      –           –         –         –        –
      Ψ of all weights together would take many passes: --network-lack finds it.
      Ψ: the part of the change asked of a layer that it cannot make; D: all of that change.
      New units in a layer lower Ψ of the layer after it; their cost is in parameters.

      warning: hidden: 1 dead unit answers the same to every sample

      narrow is the bottleneck: with 3 neurons more there the loss on held-out samples, 0.240, falls at
      once by 0.00980 ± 0.00100; with the best new weights of classes alone, by 0.00245. The neurons
      themselves take away 3.1 % of the loss.
        tiny-diagnose grow digits.h5 -o grown.h5 --add narrow=3 --for now

      """
    #expect(TextReport(Example.diagnosis, context: Example.context).rendered() == expected)
  }

  @Test("A number stays in one line with its thousands and its unit", arguments: 8...40)
  func numbers(width: Int) {
    let text = "All 12 345 678 samples, 1 500, and (2 000) are 97.3 % of 100 layers; 5 or 100 more."
    let lines = wrapped(text, width: width)
    #expect(lines.joined(separator: " ") == text)
    for number in ["12 345 678", "1 500,", "(2 000)", "97.3 %"] {
      #expect(lines.contains { $0.contains(number) }, "\(number) in \(lines)")
    }
    #expect(lines.allSatisfy { $0.count <= max(width, 10) }, "\(lines)")
  }

  @Test("A layer that is only a number is called one everywhere")
  func numberedLayers() {
    let diagnosis = Example.diagnosis(
      layers: [
        Example.layer("0", desired: 1, lack: 0.5, deadUnits: 0),
        Example.layer("2", desired: 1, lack: 1, deadUnits: nil),
      ], growth: [Example.growth(0, neurons: 2, fitted: 0.1, heldOut: nil)])
    let text = TextReport(diagnosis, context: Example.context).rendered()
    #expect(text.contains("\nlayer 0  32 relu ") && text.contains("\nlayer 2  4 relu "), "\(text)")
  }

  @Test("Merged statistics name no option that merge has not")
  func merged() {
    var context = Example.context
    context.isMerged = true
    #expect(
      TextReport(Example.diagnosis, context: context).rendered().contains(
        "would take many passes: report --network-lack finds it."))
  }

  @Test("What dead units are good for, by whose doing, and what puts them to use")
  func reuse() {
    let gain = SubsetGain(
      training: 0.5, heldOut: PairedGain(mean: 0.25, standardError: 0.01),
      heldOutBeyondUpdate: PairedGain(mean: 0.125, standardError: 0.01))
    func sentence(_ neurons: Int) -> String {
      JSONReport.Reuse(
        UnitReuse(
          layer: 0, units: neurons, neurons: neurons, gain: gain, trainingWithoutNeurons: 0.25)
      ).sentence(layer: "hidden", next: "narrow")
    }
    #expect(
      sentence(2)
        == "hidden: 2 dead or duplicate units can be put to use at no parameters: 2 new neurons in their "
        + "places lower the loss of held-out samples by 0.250, with the best new weights of narrow "
        + "beside them; 0.125 of that is the neurons' own.")
    #expect(
      sentence(1)
        == "hidden: 1 dead or duplicate unit can be put to use at no parameters: 1 new neuron in its "
        + "place lowers the loss of held-out samples by 0.250, with the best new weights of narrow "
        + "beside it; 0.125 of that is the neuron's own.")
    #expect(
      Example.context.reuseCommand == ["tiny-diagnose", "grow", "digits.h5", "-o", "grown.h5"])
  }

  @Test("Where no neurons were sought, λ stands in their place, and it is said once")
  func neuronsNotSought() {
    let diagnosis = Example.diagnosis(
      layers: [
        Example.layer("a", desired: 1, lack: 0.5, deadUnits: 0),
        Example.layer("b", desired: 1, lack: 1, deadUnits: nil),
      ], growth: [Example.growth(0, neurons: 0, fitted: 0, heldOut: nil)],
      warnings: [.neuronsNotSought])
    let text = TextReport(diagnosis, context: Example.context).rendered()
    #expect(text.contains("layer  units           Ψ    Ψ/D              λ₁\n"), "\(text)")
    #expect(text.contains("a      32 relu     0.500   50 %  0.200 ± 0.0200\n"), "\(text)")
    #expect(text.contains("b      4 relu       1.00  100 %               –\n"), "\(text)")
    #expect(text.split(separator: "not sought").count == 2, "\(text)")
  }

  @Test("In detail, standard errors and the paper's numbers follow")
  func detailedText() {
    let text = TextReport(Example.diagnosis, context: Example.context, isDetailed: true).rendered()
    let expected = """
      layer         D       A       Ψ  ± std. error
      hidden    0.500   0.480  0.0200       0.00200
      narrow    0.250  0.0500   0.200        0.0200
      classes  0.0421  0.0106  0.0315       0.00315

                            Ψ falls:                     paper's:
      new units in  kind      fitted  held out    slope        λ₁       ±    Σ λ²  σ'(0) Σ λ²  true slope
      hidden        linear   0.00110    4.2e-4  0.00220     0.200  0.0200  0.0525      0.0525     -0.0100
      narrow        linear   0.00123    9.8e-4  0.00247     0.200  0.0200  0.0525      0.0525     -0.0100
      """
    #expect(text.contains(expected))
  }

  @Test("Without held-out samples their column is left out, and numbers not computed are dashes")
  func nothingHeldOut() {
    let diagnosis = Example.diagnosis(
      layers: [
        Example.layer("a", desired: 0, lack: 0, deadUnits: 0, warnings: [.nothingDesired]),
        Example.layer("b", desired: 1, lack: 1, deadUnits: nil),
      ], growth: [Example.growth(0, neurons: 0, fitted: 0, heldOut: nil)],
      warnings: [.nothingHeldOut])
    let text = TextReport(diagnosis, context: Example.context).rendered()
    #expect(!text.contains("held out "))
    #expect(text.contains("a      32 relu        0      –      0     0\n"), "\(text)")
    #expect(text.contains("b      4 relu      1.00  100 %      –     –\n"), "\(text)")
    #expect(text.contains("\nwarning: no samples are held out: no gain is judged"))
  }

  @Test("No escape code stands in a plain report; a terminal's has the same words")
  func colours() {
    func text(_ style: TextStyle) -> String {
      TextReport(Example.diagnosis, context: Example.context, style: style).rendered()
    }
    #expect(!text(.plain).contains("\u{1B}"))
    #expect(text(.terminal).contains("\u{1B}[1m"))
    #expect(text(.terminal).replacing(/\u{1B}\[[0-9]*m/, with: "").lines == text(.plain).lines)
  }

  @Test("No line is wider than 100 columns, whatever the names", arguments: [1, 20, 60, 200])
  func width(length: Int) {
    let word = String(repeating: "é", count: length)
    let diagnosis = Example.diagnosis(
      layers: [
        Example.layer(word, desired: 1.234e-17, lack: 1.2e-17, deadUnits: 0),
        Example.layer("b", desired: 1, lack: 1, deadUnits: nil, warnings: [.dependentInputs(9)]),
      ], growth: [Example.growth(0, neurons: 9, fitted: -1.23456e-17, heldOut: -1.23456e-17)])
    let context = ReportContext(
      tool: Example.context.tool,
      model: ReportedModel(
        path: "/\(word)/model.h5", format: "Keras 3 HDF5", parameters: 123_456_789,
        layers: Array(
          repeating: ReportedLayer(
            name: word, inputs: 9, units: 12345, activation: word, bias: true), count: 2)),
      dataPath: word, lossName: "mean_absolute_percentage_error")
    let report = TextReport(diagnosis, context: context, isDetailed: true)
    // A command breaks before its options alone.
    let widest =
      report.rendered().lines.prefix { !$0.hasPrefix("  tiny-diagnose grow") }.map(\.count).max()
      ?? 0
    #expect(widest <= 100, "\(report.rendered())")
  }

  @Test("Many warnings do not push the verdict off the screen")
  func manyWarnings() {
    let layers = (0..<30).map {
      Example.layer("l\($0)", desired: 1, lack: 1, deadUnits: 1, warnings: [.deadUnits(1)])
    }
    let context = ReportContext(
      tool: Example.context.tool,
      model: ReportedModel(
        path: "m.h5", format: "f", parameters: 1,
        layers: layers.map {
          ReportedLayer(name: $0.name, inputs: 1, units: 1, activation: "relu", bias: true)
        }), dataPath: "m.h5", lossName: "mean_squared_error")
    let text = TextReport(Example.diagnosis(layers: layers, growth: []), context: context)
      .rendered()
    #expect(text.lines.count { $0.hasPrefix("warning:") } == 8)
    #expect(text.contains("22 more warnings: see --format json"))
  }

  @Test("Names from a file cannot command the terminal")
  func namesAreHarmless() {
    let name = "evil\u{1B}[2J\u{202E}\n"
    let diagnosis = Example.diagnosis(
      layers: [Example.layer(name, desired: 1, lack: 1, deadUnits: nil)], growth: [])
    let context = ReportContext(
      tool: Example.context.tool,
      model: ReportedModel(
        path: name, format: "f", parameters: 1,
        layers: [
          ReportedLayer(name: name, inputs: 1, units: 1, activation: "linear", bias: true)
        ]), dataPath: name, lossName: name)
    let text = TextReport(diagnosis, context: context).rendered()
    #expect(!text.contains("\u{1B}") && !text.contains("\u{202E}"))
    #expect(text.contains("evil\u{FFFD}[2J\u{FFFD}\u{FFFD}"))
  }

  @Test("The next command repeats the options, and breaks where it is long")
  func nextCommandBreaks() {
    let context = ReportContext(
      tool: Example.context.tool, model: Example.context.model, dataPath: "d.h5", lossName: "mse",
      options: ["--data", "a folder/train.h5", "--validation", "a folder/validation.h5"])
    let text = TextReport(Example.diagnosis, context: context).rendered()
    #expect(
      text.hasSuffix(
        """
          tiny-diagnose grow digits.h5 -o grown.h5 --add narrow=3 --for now --data 'a folder/train.h5' \\
            --validation 'a folder/validation.h5'

        """))
  }

  @Test("The next command can be pasted into a shell")
  func nextCommand() {
    func command(_ path: String, _ name: String) -> String? {
      let diagnosis = Example.diagnosis(
        layers: [
          Example.layer(name, desired: 1, lack: 1, deadUnits: 0),
          Example.layer("b", desired: 1, lack: 1, deadUnits: nil),
        ], growth: [Example.growth(0, neurons: 4, fitted: 1, heldOut: nil)])
      let context = ReportContext(
        tool: Example.context.tool,
        model: ReportedModel(
          path: path, format: "f", parameters: 1,
          layers: Array(Example.context.model.layers.prefix(2))), dataPath: path, lossName: "mse")
      return TextReport(diagnosis, context: context).rendered().lines
        .first { $0.hasPrefix("  tiny-diagnose") }.map(String.init)
    }
    #expect(command("m.h5", "h") == "  tiny-diagnose grow m.h5 -o grown.h5 --add h=4 --for now")
    #expect(
      command("a/b.weights.h5", "c")
        == "  tiny-diagnose grow a/b.weights.h5 -o grown.weights.h5 --add c=4 --for now")
    #expect(
      command("a/b c.keras", "it's")
        == "  tiny-diagnose grow 'a/b c.keras' -o grown.keras --add 'it'\\''s=4' --for now")
    #expect(command("m.h5", "-x") == "  tiny-diagnose grow m.h5 -o grown.h5 --add=-x=4 --for now")
    #expect(
      command("a.b/model", "h") == "  tiny-diagnose grow a.b/model -o grown --add h=4 --for now")
    #expect(
      command("grown.h5", "h") == "  tiny-diagnose grow grown.h5 -o grown2.h5 --add h=4 --for now")
    #expect(
      command("a/grown.weights.h5", "h")
        == "  tiny-diagnose grow a/grown.weights.h5 -o grown2.weights.h5 --add h=4 --for now")
    #expect(grownNames(for: "m.keras", isArchive: false).first == "grown.h5")
    #expect(grownNames(for: "m.zip", isArchive: true).first == "grown.keras")
  }

  @Test(
    "Numbers have three digits",
    arguments: [
      (0, "0"), (1, "1.00"), (-0.0123456, "-0.0123"), (0.0009996, "0.00100"), (0.00099, "9.9e-4"),
      (99.95, "100"), (9.996, "10.0"), (123_456, "123000"), (999_600, "1e6"), (1.5e-7, "1.5e-7"),
      (6.02e23, "6.02e23"), (.nan, "–"), (.infinity, "–"), (.leastNonzeroMagnitude, "4.94e-324"),
    ] as [(Double, String)])
  func numbers(number: Double, text: String) { #expect(Text.number(number) == text) }

  @Test("Counts have their thousands apart")
  func counts() {
    #expect([0, 999, 1000, 1_234_567].map(Text.count) == ["0", "999", "1 000", "1 234 567"])
  }

  @Test("A diagnosis of a part of the samples says so, and its command takes that part")
  func partOfSamples() throws {
    let context = Example.context.stopped(after: 16_384, of: 1_000_000, isClear: true)
    let text = TextReport(Example.diagnosis, context: context).rendered()
    #expect(text.contains("16 384 of the 1 000 000 samples"))
    let agreed = Example.context.stopped(after: 65_536, of: 1_000_000, isClear: false)
    #expect(
      agreed.notes.last
        == "The verdict is that of 65 536 of the 1 000 000 samples, spread evenly over them, and of a "
        + "quarter of these: --all-samples reads all.")
    #expect(text.hasSuffix(" --add narrow=3 --for now --max-samples 16384\n"), "\(text)")
    let json = try JSONReport(Example.diagnosis, context: context).rendered()
    #expect(json.contains("\"availableSamples\" : 1000000"))
    #expect(try JSONSchema("docs/json/report.schema.json").problems(of: json) == [])
  }
}

extension String {
  fileprivate var lines: [Substring] { split(separator: "\n", omittingEmptySubsequences: false) }
}
