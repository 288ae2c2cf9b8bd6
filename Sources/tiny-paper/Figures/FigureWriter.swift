/// What is made of the runs: figures as SVG, their tables in Markdown, and the verdicts.
struct FigureWriter {
  let setting: ExperimentScale
  let archive: RunFolder
  let figures: [Figure]

  /// Writes `FIGURE.svg`, its numbers as `FIGURE.csv`, and `tables.md` beside the runs, and prints the tables.
  ///
  /// - Parameter document: a Markdown text to write the tables into as well.
  /// - Returns: the claims that the figures speak of.
  /// - Throws: `PaperError` if a run is missing or damaged, or a file cannot be written.
  @discardableResult
  func write(into document: String? = nil) throws -> [Claim] {
    let (drawing, tables) = (
      Drawing(setting: setting, archive: archive), TableWriter(setting: setting, archive: archive)
    )
    var sections: [(name: String, text: String)] = []
    for figure in figures {
      let name = figure.rawValue
      let chart = try drawing.chart(of: figure)
      try archive.write(chart.svg, to: "\(archive.folder)/\(name).svg")
      try archive.write(chart.csv.text, to: "\(archive.folder)/\(name).csv")
      sections.append((name, try tables.table(of: figure)))
    }
    let claims = try Claims(setting: setting, archive: archive).claims(of: figures)
    sections.append(("claims", tables.claimTable(claims)))
    let text = sections.map { "## \($0.name)\n\n\($0.text)" }.joined(separator: "\n")
    try archive.write(text, to: archive.folder + "/tables.md")
    print(text)
    if let document {
      var whole = try archive.read(document)
      for section in sections {
        guard let replaced = replacing(section.name, in: whole, by: section.text) else {
          throw PaperError.file(path: document, reason: "no <!-- \(section.name) --> in it")
        }
        whole = replaced
      }
      try archive.write(whole, to: document)
    }
    return claims
  }
}
