//! Makes parts and expressions of the tokens of a query.

use super::error::{QueryError, QueryProblem};
use super::lexer::{Placed, Token, tokens_of};
use super::{ATOMS_AT_MOST, Expression, Near, Part, Phrase};
use crate::days::Days;
use etalon_call::Role;
use std::ops::Range;

/// Brackets within brackets that a query may have.
const DEEPEST_BRACKETS: usize = 16;

pub(super) fn parse(query: &str) -> Result<(Vec<Part>, Days), QueryError> {
    let mut tokens = tokens_of(query)?;
    tokens.retain(|placed| placed.token != Token::And);
    let days = take_days(&mut tokens)?;
    let is_atom = |placed: &&Placed| matches!(placed.token, Token::Phrase(_));
    if let Some(placed) = tokens.iter().filter(is_atom).nth(ATOMS_AT_MOST) {
        return Err(QueryError::new(QueryProblem::TooManyWords, placed.place.clone()));
    }
    let end = query.chars().count();
    let mut parser = Parser { tokens: &tokens, position: 0, end, depth: 0 };
    let mut parts = Vec::new();
    while parser.token().is_some() {
        parts.push(parser.part()?);
    }
    if parts.is_empty() { Err(QueryError::new(QueryProblem::Empty, 0..end)) } else { Ok((parts, days)) }
}

/// Takes the days out of a query: they hold for all of it, wherever they stand outside of brackets.
fn take_days(tokens: &mut Vec<Placed>) -> Result<Days, QueryError> {
    let (mut days, mut depth, mut rest) = (Days::default(), 0_usize, Vec::with_capacity(tokens.len()));
    for placed in tokens.drain(..) {
        match placed.token {
            Token::Days(named) => {
                let is_behind_operator = rest.last().is_some_and(|before: &Placed| {
                    matches!(before.token, Token::Or | Token::Not | Token::Near(_))
                });
                if depth > 0 || is_behind_operator {
                    return Err(QueryError::new(QueryProblem::DayInside, placed.place));
                }
                days = days.within(named);
                if days.is_empty() {
                    return Err(QueryError::new(QueryProblem::NoDays, placed.place));
                }
                continue;
            }
            Token::Open => depth += 1,
            Token::Close => depth = depth.saturating_sub(1),
            _ => {}
        }
        rest.push(placed);
    }
    *tokens = rest;
    Ok(days)
}

struct Parser<'a> {
    tokens: &'a [Placed],
    position: usize,
    /// The end of the query, characters.
    end: usize,
    depth: usize,
}

impl Parser<'_> {
    fn token(&self) -> Option<&Token> {
        self.tokens.get(self.position).map(|placed| &placed.token)
    }

    /// The place of the next token, or the end of the query.
    fn place(&self) -> Range<usize> {
        self.tokens.get(self.position).map_or(self.end..self.end, |placed| placed.place.clone())
    }

    fn problem<T>(&self, problem: QueryProblem) -> Result<T, QueryError> {
        Err(QueryError::new(problem, self.place()))
    }

    fn part(&mut self) -> Result<Part, QueryError> {
        let role: Option<Role> = match self.token() {
            Some(Token::Role(role)) => Some(*role),
            _ => None,
        };
        self.position += usize::from(role.is_some());
        let asked = self.any()?;
        match self.token() {
            None | Some(Token::Role(_)) => Ok(Part { role, asked }),
            Some(Token::Close) => self.problem(QueryProblem::UnopenedBracket),
            Some(_) => self.problem(QueryProblem::NothingToJoin),
        }
    }

    fn any(&mut self) -> Result<Expression, QueryError> {
        let mut alternatives = vec![self.sought_all()?];
        while self.token() == Some(&Token::Or) {
            self.position += 1;
            alternatives.push(self.sought_all()?);
        }
        let mut flat = Vec::new();
        for alternative in alternatives {
            match alternative {
                Expression::Any(inner) => flat.extend(inner),
                other => flat.push(other),
            }
        }
        Ok(one_or(flat, Expression::Any))
    }

    /// An alternative, which must look for something.
    fn sought_all(&mut self) -> Result<Expression, QueryError> {
        let first = self.place();
        let asked = self.all()?;
        if asked.seeks() {
            return Ok(asked);
        }
        let last = self.tokens.get(self.position.saturating_sub(1)).map_or(first.end, |last| last.place.end);
        Err(QueryError::new(QueryProblem::OnlyExcluded, first.start..last.max(first.start)))
    }

    fn all(&mut self) -> Result<Expression, QueryError> {
        let mut parts = Vec::new();
        while let Some(Token::Phrase(_) | Token::Not | Token::Open | Token::Near(_)) = self.token() {
            match self.one()? {
                Expression::All(inner) => parts.extend(inner),
                other => parts.push(other),
            }
        }
        if parts.is_empty() {
            return match self.token() {
                Some(Token::Close) if self.depth == 0 => self.problem(QueryProblem::UnopenedBracket),
                Some(Token::Role(_)) if self.depth > 0 => self.problem(QueryProblem::RoleInBrackets),
                _ => self.problem(QueryProblem::NothingToJoin),
            };
        }
        Ok(one_or(parts, Expression::All))
    }

    fn one(&mut self) -> Result<Expression, QueryError> {
        if self.token() != Some(&Token::Not) {
            return self.near();
        }
        let minus = self.place();
        self.position += 1;
        if self.token() == Some(&Token::Not) {
            return self.problem(QueryProblem::NothingToJoin);
        }
        let excluded = self.near()?;
        if excluded.seeks() {
            Ok(Expression::Not(Box::new(excluded)))
        } else {
            Err(QueryError::new(QueryProblem::OnlyExcluded, minus))
        }
    }

    fn near(&mut self) -> Result<Expression, QueryError> {
        let first_place = self.place();
        let first = self.atom()?;
        let Some(Token::Near(within)) = self.token() else { return Ok(first) };
        let within = *within;
        let mut operands = vec![alternatives(first, first_place)?];
        while let Some(Token::Near(words)) = self.token() {
            if *words != within {
                return self.problem(QueryProblem::DifferentDistances);
            }
            self.position += 1;
            let place = self.place();
            let operand = self.atom()?;
            operands.push(alternatives(operand, place)?);
        }
        Ok(Expression::Near(Near { operands, within }))
    }

    fn atom(&mut self) -> Result<Expression, QueryError> {
        let place = self.place();
        match self.token() {
            Some(Token::Phrase(phrase)) => {
                let phrase = phrase.clone();
                self.position += 1;
                Ok(Expression::Phrase(phrase))
            }
            Some(Token::Open) => {
                self.position += 1;
                self.depth += 1;
                if self.depth > DEEPEST_BRACKETS {
                    return Err(QueryError::new(QueryProblem::TooDeep, place));
                }
                let inside = self.any()?;
                self.depth -= 1;
                match self.token() {
                    Some(Token::Close) => {
                        self.position += 1;
                        Ok(inside)
                    }
                    Some(Token::Role(_)) => self.problem(QueryProblem::RoleInBrackets),
                    _ => Err(QueryError::new(QueryProblem::UnclosedBracket, place)),
                }
            }
            Some(Token::Role(_)) if self.depth > 0 => self.problem(QueryProblem::RoleInBrackets),
            _ => self.problem(QueryProblem::NothingToJoin),
        }
    }
}

fn one_or(mut parts: Vec<Expression>, several: fn(Vec<Expression>) -> Expression) -> Expression {
    match parts.pop() {
        Some(only) if parts.is_empty() => only,
        last => {
            parts.extend(last);
            several(parts)
        }
    }
}

/// The phrases of which one must be near.
fn alternatives(operand: Expression, place: Range<usize>) -> Result<Vec<Phrase>, QueryError> {
    let phrases: Option<Vec<Phrase>> = match operand {
        Expression::Phrase(phrase) => Some(vec![phrase]),
        Expression::Any(parts) => parts
            .into_iter()
            .map(|part| if let Expression::Phrase(phrase) = part { Some(phrase) } else { None })
            .collect(),
        _ => None,
    };
    phrases.ok_or_else(|| QueryError::new(QueryProblem::NotNear, place))
}
