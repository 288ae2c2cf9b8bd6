import Foundation
import Testing

@Suite("In a window") struct WindowTests {
  /// What a terminal of so many columns shows of a command, without its colours.
  private func shown(_ command: String, columns: Int) throws -> [Substring] {
    let outcome = try bash(
      "script -qec 'stty cols \(columns); \(command)' /dev/null < /dev/null | tr -d '\\r'",
      environment: ["COLUMNS": "", "TERM": "xterm"])
    return outcome.output.replacing(/\u{1B}\[[0-9;]*m/, with: "").split(separator: "\n")
  }

  @Test("Errors are laid out to it, and stay one line for a program", arguments: [60, 80])
  func errors(_ columns: Int) throws {
    let command = "tiny-diagnose digits-keras3/digits.h5 --loss wobble"
    let lines = try shown(command, columns: columns)
    #expect(lines.count > 4 && lines.allSatisfy { $0.count <= columns }, "\(lines)")
    #expect(lines.first?.hasPrefix("error: ") == true)
    #expect(lines.dropFirst().first?.hasPrefix("       ") == true)
    let piped = try bash(command).errors.split(separator: "\n")
    #expect(piped[0].count > 200 && piped[0].contains("kl_divergence"), "\(piped)")
  }

  @Test("Help fits it")
  func help() throws {
    for command in ["", "report", "grow", "compare", "inspect", "train", "statistics", "merge"] {
      let lines = try bash(
        "tiny-diagnose \(command) --help", environment: ["COLUMNS": "80"]
      ).output.split(separator: "\n")
      #expect(lines.allSatisfy { $0.count <= 80 }, "\(command): \(lines)")
      // Lines of commands go on beside them, or not at all.
      let broken = ["missing", "trained", "any", "lacks", "training"].filter { word in
        lines.contains { $0 == word }
      }
      #expect(broken.isEmpty, "\(command): \(lines)")
    }
  }

  @Test("No line is wider, and nothing is cut where there is room")
  func tables() throws {
    let digits = "digits-keras3/digits.h5"
    let compared = try tinyDiagnose(
      ["compare", digits, "--steps", "10", "--add", "narrow=12"], environment: ["COLUMNS": "80"])
    let lines = compared.output.split(separator: "\n")
    #expect(lines.allSatisfy { $0.count <= 80 } && !compared.output.contains("…"))
    #expect(lines.count { $0.hasPrefix("narrow") } == 7, "\(compared.output)")
    let report = try tinyDiagnose([digits], environment: ["COLUMNS": "80"]).output
    #expect(
      report.split(separator: "\n").count { $0.hasPrefix("narrow   4 relu ") } == 1, "\(report)")
  }
}
